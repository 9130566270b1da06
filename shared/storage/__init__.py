"""Object Storage: pre-signed addresses, heads, streams with a hash, reports."""

from shared.storage.bucket import Downloaded, PresignedUpload, Storage, StoredObject
from shared.storage.object_keys import boundaries_key, incoming_key, new_upload_id, rejects_key, source_time, upload_of

__all__ = [
    "Downloaded",
    "PresignedUpload",
    "Storage",
    "StoredObject",
    "boundaries_key",
    "incoming_key",
    "new_upload_id",
    "rejects_key",
    "source_time",
    "upload_of",
]
