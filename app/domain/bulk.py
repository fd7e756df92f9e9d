"""Replies in bulk: how far a file has come, and what comes of its rows."""

from enum import StrEnum


class RunState(StrEnum):
    """How far a file has come."""

    TRYING = "trying"
    """The worker finds out what each row would do."""
    TRIED = "tried"
    """A person decides."""
    RECORDING = "recording"
    RECORDED = "recorded"
    UNDOING = "undoing"
    UNDONE = "undone"
    DROPPED = "dropped"
    """A person decided against it, or nobody decided in time."""


AT_WORK = (RunState.TRYING, RunState.RECORDING, RunState.UNDOING)
"""The worker is at it."""


class RowEffect(StrEnum):
    """What came of one row, or would."""

    RECORDED = "recorded"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


class RowFault(StrEnum):
    """Why a row is not recorded, or not taken back."""

    CELLS = "cells"
    NO_REQUEST = "no_request"
    TRACKING_CODE = "tracking_code"
    SEVERAL = "several"
    RECEIVED_ON = "received_on"
    KIND = "kind"
    DENIAL_GROUND = "denial_ground"
    UNTIL = "until"
    TEXT = "text"
    EVIDENCE = "evidence"
    VENDOR_REFERENCE = "vendor_reference"
    CANNOT_FOLLOW = "cannot_follow"
    MOVED_ON = "moved_on"
    DESTROYED = "destroyed"
    FAILED = "failed"
    STAYS = "stays"
