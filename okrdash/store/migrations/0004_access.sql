-- How a session began and where, until when the company's own sign-in stands for it; one-time links by which people
-- give themselves a password.

ALTER TABLE "sessions" ADD COLUMN "came_by" VARCHAR DEFAULT 'password';
ALTER TABLE "sessions" ADD COLUMN "browser" VARCHAR DEFAULT '';
ALTER TABLE "sessions" ADD COLUMN "address" VARCHAR DEFAULT '';
ALTER TABLE "sessions" ADD COLUMN "until" TIMESTAMP;
CREATE TABLE "sign_in_links" (
    "token_hash" VARCHAR PRIMARY KEY,
    "username" VARCHAR NOT NULL,
    "purpose" VARCHAR NOT NULL,
    "made_by" VARCHAR NOT NULL DEFAULT '',
    "made_at" TIMESTAMP NOT NULL,
    "valid_until" TIMESTAMP NOT NULL,
    "used_at" TIMESTAMP
);
