"""The ground's own tables, gathered where Django looks for them."""

from sprint_portal.audit import AuditEvent
from sprint_portal.heartbeat import Heartbeat
from sprint_portal.limits import TokenBucket

__all__ = ["AuditEvent", "Heartbeat", "TokenBucket"]
