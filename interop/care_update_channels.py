"""Which channel carries updates to the PCP, as the settings say; phone and fax do not count and are not there."""

from __future__ import annotations

from engine.notices import OPERATION as NOTICE
from engine.outgoing.import_fhir import OPERATION as IMPORT
from engine.outgoing.outgoing import Channel, Channels, Way
from engine.settings import Settings
from interop.care_update_direct import DirectChannel
from interop.care_update_endpoint import FhirChannel
from interop.care_update_folder import FolderChannel
from interop.import_work import FhirImporter
from interop.notice_smtp import SmtpMailer

FOLDER = "outgoing"  # below the data folder


def channels_of(settings: Settings) -> Channels:
    """The ways of an installation, by the operation whose work they carry."""
    found: dict[str, Way] = {"care_update.send": care_update_channel(settings), IMPORT: FhirImporter()}
    notifier = settings.notifier
    if notifier.url is not None:
        found[NOTICE] = SmtpMailer(notifier.url, notifier.from_address)
    return found


def care_update_channel(settings: Settings) -> Channel:
    """The channel of updates to the PCP; the settings have been checked when they were read."""
    sender = settings.sender
    if sender.channel == "fhir":
        assert sender.url is not None
        return FhirChannel(sender.url, sender.token)
    if sender.channel == "direct":
        assert sender.url is not None
        assert sender.from_address is not None
        return DirectChannel(sender.url, sender.from_address)
    return FolderChannel(settings.data_dir / FOLDER)
