-- The daily backup of each day: which server makes it or made it, and what became of it.

CREATE TABLE "backups" (
    "day" DATE PRIMARY KEY,
    "begun_at" TIMESTAMP NOT NULL,
    "made_at" TIMESTAMP,
    "server" VARCHAR NOT NULL,
    "error" VARCHAR NOT NULL DEFAULT ''
);
