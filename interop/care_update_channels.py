"""Which channel carries updates to the PCP, as the settings say; phone and fax do not count and are not there."""

from __future__ import annotations

from engine.outgoing.outgoing import Channel, Channels
from engine.settings import Settings
from interop.care_update_direct import DirectChannel
from interop.care_update_endpoint import FhirChannel
from interop.care_update_folder import FolderChannel

FOLDER = "outgoing"  # below the data folder


def channels_of(settings: Settings) -> Channels:
    """The channels of an installation, by the operation whose work they carry."""
    return {"care_update.send": care_update_channel(settings)}


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
