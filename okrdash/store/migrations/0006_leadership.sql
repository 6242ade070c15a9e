-- When leaders last reviewed, why an objective contributes to nothing, and who is asked to contribute to one.

CREATE TABLE "reviews" (
    "day" DATE NOT NULL,
    "author" VARCHAR NOT NULL DEFAULT '',
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("day")
);
CREATE TABLE "stands_alone" (
    "objective" VARCHAR NOT NULL,
    "reason" VARCHAR NOT NULL DEFAULT '',
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("objective")
);
CREATE TABLE "invitations" (
    "id" VARCHAR NOT NULL,
    "about" VARCHAR NOT NULL DEFAULT '',
    "team" VARCHAR NOT NULL DEFAULT '',
    "author" VARCHAR NOT NULL DEFAULT '',
    "entered_at" TIMESTAMP,
    "text" VARCHAR NOT NULL DEFAULT '',
    "state" VARCHAR NOT NULL DEFAULT '',
    "answer" VARCHAR NOT NULL DEFAULT '',
    "reason" VARCHAR NOT NULL DEFAULT '',
    "answered_on" DATE,
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("id")
);
