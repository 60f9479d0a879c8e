"""Which key signs checkpoints, where it is kept, and which keys are known."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.errors import SettingsError
from engine.proof.whole_files import put, put_first

SETTING = "THROUGHLINE_SIGNING_KEY_FILE"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What verifies signatures; ``id`` is the SHA-256 of its 32 bytes."""

    key: Ed25519PublicKey

    @property
    def id(self) -> str:
        return hashlib.sha256(self.key.public_bytes_raw()).hexdigest()

    @property
    def pem(self) -> str:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_bytes(serialization.Encoding.PEM, form).decode()

    def verifies(self, signature: str, content: bytes) -> bool:
        """Whether a signature, in hex, is this key's over the content."""
        try:
            self.key.verify(bytes.fromhex(signature), content)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What signs."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.key.public_key())

    def sign(self, content: bytes) -> str:
        return self.key.sign(content).hex()


def signing_key(file: Path) -> SigningKey:
    """The key in a file, made when there is none; its public key is kept beside. Raises SettingsError."""
    try:
        if not file.exists():
            _make(file)
        found = _read(file)
        _keep_public(file, found.public)
    except OSError as error:
        problem = f"no key can be kept in {error.filename or file} ({error.strerror}); name a file that can be written"
        raise SettingsError(SETTING, problem) from error
    return found


def known_keys(file: Path) -> Mapping[str, PublicKey]:
    """The public keys kept beside the key's file, by id: the present one and those before it. None are made."""
    found = (_public(each) for each in sorted(public_folder(file).glob("*.pem")))
    return {key.id: key for key in found}


def public_folder(file: Path) -> Path:
    """Where public keys are kept: `signing.keys` beside `signing.key`."""
    return file.with_name(f"{file.stem}.keys")


def _make(file: Path) -> None:
    """Writes a new key; of two processes that start at once, the first one's stays."""
    content = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    put_first(file, content)


def _read(file: Path) -> SigningKey:
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise SettingsError(SETTING, f"{file} holds no usable key; move it away to have one made") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(SETTING, f"{file} holds a key of another kind than Ed25519; name another file")
    return SigningKey(key)


def _keep_public(file: Path, public: PublicKey) -> None:
    kept = public_folder(file) / f"{public.id}.pem"
    if not kept.exists():
        put(kept, public.pem.encode())


def _public(file: Path) -> PublicKey:
    try:
        key = serialization.load_pem_public_key(file.read_bytes())
    except ValueError as error:
        raise SettingsError(SETTING, f"{file} holds no public key; put it back from a copy") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SettingsError(SETTING, f"{file} holds a key of another kind than Ed25519; take it out of the folder")
    return PublicKey(key)
