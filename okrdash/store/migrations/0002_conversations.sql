-- Comments that answer a check-in or are settled; and, outside the bundle, what is typed but not saved yet, when a
-- person was last here, how they want to be called, and the messages that call them.

ALTER TABLE "comments" ADD COLUMN "check_in" VARCHAR DEFAULT '';
ALTER TABLE "comments" ADD COLUMN "resolved_on" DATE;
CREATE TABLE "drafts" (
    "username" VARCHAR NOT NULL,
    "key_result" VARCHAR NOT NULL,
    "fields" VARCHAR NOT NULL,
    "kept_at" TIMESTAMP NOT NULL,
    PRIMARY KEY ("username", "key_result")
);
CREATE TABLE "visits" (
    "username" VARCHAR PRIMARY KEY,
    "since_at" TIMESTAMP NOT NULL,
    "seen_at" TIMESTAMP NOT NULL
);
CREATE TABLE "preferences" (
    "username" VARCHAR PRIMARY KEY,
    "channel" VARCHAR NOT NULL,
    "time_zone" VARCHAR NOT NULL,
    "reminders" BOOLEAN NOT NULL,
    "mentions" BOOLEAN NOT NULL,
    "blockers" BOOLEAN NOT NULL
);
CREATE TABLE "messages" (
    "id" VARCHAR PRIMARY KEY,
    "username" VARCHAR NOT NULL,
    "kind" VARCHAR NOT NULL,
    "about" VARCHAR NOT NULL,
    "subject" VARCHAR NOT NULL,
    "text" VARCHAR NOT NULL,
    "place" VARCHAR NOT NULL,
    "made_at" TIMESTAMP NOT NULL,
    "tries" BIGINT NOT NULL,
    "next_try_at" TIMESTAMP,
    "sent_at" TIMESTAMP,
    "error" VARCHAR NOT NULL
);
