"""A process as a scope: all its tokens, and apart those that are not finished, so that a step costs what is live.

SpiffWorkflow searches the tree of everything that ever happened, and only its first thousand levels.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow import TaskState

from engine.bpmn.live import Token, end, waiting

_UNFINISHED = TaskState.NOT_FINISHED_MASK


class Tokens(dict[Any, Token]):
    """The tokens of a process by id; ``unfinished`` gives the ones that may still move, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self._open: dict[Any, Token] = {}

    def __setitem__(self, identity: Any, token: Token) -> None:
        super().__setitem__(identity, token)
        self._open[identity] = token

    def pop(self, identity: Any, *default: Any) -> Token:
        self._open.pop(identity, None)
        return super().pop(identity, *default)

    def unfinished(self) -> list[Token]:
        # As `live.unfinished` says; written out, for every step asks it of every token.
        found = [token for token in self._open.values() if token._state & _UNFINISHED]
        if len(found) < len(self._open):
            self._open = {token.id: token for token in found}
        return found


class Scope:
    """Mixin of a running process and of what runs inside it."""

    completed: bool
    success: bool

    @property
    def tasks(self) -> Tokens:
        return self._tokens

    @tasks.setter
    def tasks(self, _empty: dict[Any, Token]) -> None:
        self._tokens = Tokens()

    def unfinished(self) -> list[Token]:
        return self._tokens.unfinished()

    def update_waiting_tasks(self) -> None:
        """Ask each waiting token whether it may go on now."""
        for token in self.unfinished():
            if waiting(token):
                token.task_spec._update(token)

    def cancel(self, success: bool = False) -> list[Token]:
        """End every token, and with it what runs inside."""
        self.success, self.completed = success, True
        ended = self.unfinished()
        for token in ended:
            end(token)
        return ended
