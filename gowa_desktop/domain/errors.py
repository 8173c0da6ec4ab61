"""The GowaError tree: text for people, a stable code for tests and the command line.

A message says what happened and what it means; `next_step` says what to do. Nothing here knows how it is shown.
"""

from __future__ import annotations


class GowaError(Exception):
    """A fault that a person can understand and do something about."""

    code = "error"

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class NameInvalidError(GowaError):
    """The name is empty, too long, or has characters that do not belong in a name."""

    code = "name_invalid"


class TagInvalidError(GowaError):
    """A tag is too long or has characters that do not belong in one, or there are too many."""

    code = "tag_invalid"


class NoteInvalidError(GowaError):
    """The notes are too long."""

    code = "note_invalid"


class NameTakenError(GowaError):
    """Another instance has this name."""

    code = "name_taken"


class PortInvalidError(GowaError):
    """The port is no number, out of range, or reserved for the system."""

    code = "port_invalid"


class PortTakenError(GowaError):
    """The port belongs to another instance or another program holds it."""

    code = "port_taken"


class ConfigInvalidError(GowaError):
    """A setting has a value that GOWA would refuse or misread."""

    code = "config_invalid"


class OptionUnknownError(GowaError):
    """The version of an instance does not have the option that is named."""

    code = "option_unknown"


class StrayEnvironmentError(GowaError):
    """A `.env` lies in the instance folder; GOWA would obey it."""

    code = "stray_env"


class NotFoundError(GowaError):
    """There is no instance with this name, key or id."""

    code = "not_found"


class VersionMissingError(GowaError):
    """The GOWA version that is asked for is not installed."""

    code = "version_missing"


class VersionRefusedError(GowaError):
    """A file that should become a GOWA version is not usable."""

    code = "version_refused"


class VersionInUseError(GowaError):
    """A version cannot be removed because instances run with it or are set to it."""

    code = "version_in_use"


class ReleaseIncompleteError(GowaError):
    """A release has no file for this computer, or none yet."""

    code = "release_incomplete"


class ChecksumError(VersionRefusedError):
    """What arrived is not what the release says it should be."""

    code = "checksum"


class NetworkError(GowaError):
    """Another computer cannot be reached, does not answer, or answers with a fault."""

    code = "network"


class RateLimitedError(NetworkError):
    """The release server answers no more questions until some time."""

    code = "rate_limited"


class SettingInvalidError(GowaError):
    """A setting of the program has a value that makes no sense."""

    code = "setting_invalid"


class CancelledError(GowaError):
    """A person called the work off."""

    code = "cancelled"


class ConflictError(GowaError):
    """The instance is busy with something that rules this out."""

    code = "conflict"


class StartFailedError(GowaError):
    """GOWA could not be started or did not become ready."""

    code = "start_failed"


class ProgramBlockedError(StartFailedError):
    """The system will not run the program of GOWA, so that trying again by itself is no use."""

    code = "program_blocked"


class StopFailedError(GowaError):
    """A process of the instance is still there after every attempt to end it."""

    code = "stop_failed"


class GowaAnswerError(GowaError):
    """A running GOWA does not answer its API, or not as expected."""

    code = "gowa_answer"


class ChatStoreError(GowaError):
    """The chats of an instance belong to another generation of GOWA than the one that should start."""

    code = "chat_store"


class UpdateFailedError(GowaError):
    """An update did not reach every instance; the report says what became of each."""

    code = "update_failed"


class FolderError(GowaError):
    """A folder or file cannot be read, made, moved or removed."""

    code = "folder"


class DiskFullError(FolderError):
    """There is not enough room on the disk."""

    code = "disk_full"


class FolderUnusableError(FolderError):
    """The data folder cannot be written or made just now: read-only, not ours, full, or gone with its disk."""

    code = "folder_unusable"


class DatabaseError(GowaError):
    """The database cannot be opened, read or written."""

    code = "database"


class DatabaseBusyError(DatabaseError):
    """Another program has locked the database."""

    code = "database_busy"


class DatabaseDamagedError(DatabaseError):
    """What the database holds cannot be right, or its file has gone although there are copies or records of it."""

    code = "database_damaged"


class DatabaseTooNewError(DatabaseError):
    """The database was written by a newer GOWA Desktop."""

    code = "database_too_new"


class AlreadyRunningError(GowaError):
    """Another GOWA Desktop works on the same data folder."""

    code = "already_running"


class NotRunningError(GowaError):
    """The command needs a running GOWA Desktop and there is none."""

    code = "not_running"


class UsageError(GowaError):
    """The command line asks for something that does not exist."""

    code = "usage"
