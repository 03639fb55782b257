"""When the portal says no: the sentence that the person reads is the exception's text."""


class Refusal(Exception):
    """Something that may not happen now. `str(refusal)` says why, in the reader's language."""


class MoveRefused(Refusal):
    """The state a thing is in does not allow the step."""


class NotPermitted(Refusal):
    """The person may not take the step, whatever the state."""
