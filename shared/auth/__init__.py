"""Who calls, and what they may do."""

from shared.auth.principals import Principal, Role, principal_of

__all__ = ["Principal", "Role", "principal_of"]
