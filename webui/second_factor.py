"""The second factor: codes of an authenticator app (RFC 6238), and recovery codes for when the phone is gone."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from datetime import datetime
from hmac import compare_digest

import pyotp
import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, RowMapping

from engine.store.sign_in import use_recovery_code, use_step

_ISSUER = "Throughline"
_SECONDS = 30  # of a code; the one before is taken, too, for who types slowly (RFC 6238, 5.2)
_NONCE = 12
_CODES = 10
_CODE_BYTES = 15  # 120 bits: a plain hash keeps it (ASVS 6.5.2 asks for 112)


def new_secret() -> str:
    """160 random bits, as apps take them."""
    return pyotp.random_base32()


def sealed(secret: str, key: str) -> str:
    """The secret encrypted and authenticated (AES-256-GCM) under a key made from the installation's."""
    nonce = os.urandom(_NONCE)
    return base64.b64encode(nonce + AESGCM(_derived(key)).encrypt(nonce, secret.encode(), None)).decode()


def opened(kept: str, key: str) -> str | None:
    """What was sealed; None where the installation's key is another one since, or it was changed."""
    raw = base64.b64decode(kept)
    try:
        return AESGCM(_derived(key)).decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()
    except InvalidTag:
        return None


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that a code belongs to: the present one or the one before, else None."""
    generator, step = pyotp.TOTP(secret), int(now.timestamp()) // _SECONDS
    digits = code.strip().replace(" ", "")
    fits = [each for each in (step, step - 1) if compare_digest(generator.generate_otp(each), _ascii(digits))]
    return fits[0] if fits else None


def is_proven(connection: Connection, factor: RowMapping, key: str, code: str, now: datetime) -> bool:
    """Whether a code of the app or a recovery code fits; each is taken once."""
    secret = opened(factor["sealed"], key)
    step = None if secret is None else step_of(secret, code, now)
    if step is not None:
        return use_step(connection, factor["email"], step)
    return use_recovery_code(connection, factor["email"], digest_of_code(code), now)


def new_recovery_codes() -> list[str]:
    """Ten codes to write down, in groups that can be read."""
    raw = [base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode() for _ in range(_CODES)]
    return ["-".join(each[start : start + 6] for start in range(0, len(each), 6)) for each in raw]


def digest_of_code(code: str) -> str:
    """What is kept of a recovery code, however it is written."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def drawn(secret: str, email: str) -> str:
    """The QR code that an app reads, as SVG without style or script."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=_ISSUER)
    return str(segno.make(address, micro=False).svg_inline(scale=5, dark="#000", light="#fff"))


def _derived(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"throughline second factor").derive(key.encode())


def _ascii(text: str) -> str:
    return text if text.isascii() else ""
