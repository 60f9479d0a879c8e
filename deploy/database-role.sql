-- Run once by the image of PostgreSQL, in a new volume: the program's own user and database. It is no superuser, and may
-- make databases, since `throughline backup verify` restores into one that it drops again.
\set password `cat /run/secrets/database_password`
CREATE ROLE throughline LOGIN CREATEDB PASSWORD :'password';
CREATE DATABASE throughline OWNER throughline;
-- The superuser has no password of its own, so it comes in by the container's own socket alone.
ALTER ROLE postgres PASSWORD NULL;
