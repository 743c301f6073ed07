"""Letters by e-mail: what one holds, and the connection to the partnership's own server that takes them."""

from core.mail.letter import Attached, Letter
from core.mail.outbox import MailError, Outbox, can_send, outbox

__all__ = ["Attached", "Letter", "MailError", "Outbox", "can_send", "outbox"]
