"""A stand-in of Yandex Cloud for rehearsing deployments without a network or an account.

``provider`` answers Terraform in the place of the yandex provider and hands everything to ``account``, which keeps what
there is and refuses what the cloud's documentation says it refuses. Buckets are a real S3 server, the database is a
real PostGIS, functions are the very bundles that were uploaded, behind the emulator's gateway. What it cannot tell is
listed in docs/deploy.md. ``schema.json`` holds names and types of the arguments that terraform/ uses, as provider 0.222
(github.com/yandex-cloud/terraform-provider-yandex) has them.
"""
