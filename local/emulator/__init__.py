"""The cloud on a developer's machine: gateway, functions and the Object Storage trigger, with the platform's events.

``python -m local.emulator`` serves ``spec/openapi.yaml`` on loopback. Each function runs in processes of its own, one
call at a time, with its own environment; a watcher posts the event of every new object to ``process``. What the
platform does is told where it is imitated; sources are https://yandex.cloud/docs/api-gateway and /docs/functions.
"""
