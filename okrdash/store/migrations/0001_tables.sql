-- The tables of the bundle, the event log (a row per change), and what signing in needs.

CREATE TABLE "settings" (
    "name" VARCHAR NOT NULL,
    "value" VARCHAR NOT NULL DEFAULT '',
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("name")
);
CREATE TABLE "teams" (
    "team" VARCHAR NOT NULL,
    "kind" VARCHAR NOT NULL DEFAULT '',
    "parent" VARCHAR NOT NULL DEFAULT '',
    "cadence_weeks" BIGINT,
    "description" VARCHAR NOT NULL DEFAULT '',
    "active" BOOLEAN NOT NULL,
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("team")
);
CREATE TABLE "people" (
    "username" VARCHAR NOT NULL,
    "name" VARCHAR NOT NULL DEFAULT '',
    "email" VARCHAR NOT NULL DEFAULT '',
    "role" VARCHAR NOT NULL DEFAULT '',
    "active" BOOLEAN NOT NULL,
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("username")
);
CREATE TABLE "memberships" (
    "person" VARCHAR NOT NULL,
    "team" VARCHAR NOT NULL,
    "leads" BOOLEAN NOT NULL,
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("person", "team")
);
CREATE TABLE "absences" (
    "person" VARCHAR NOT NULL,
    "start" DATE NOT NULL,
    "end" DATE,
    "deputy" VARCHAR NOT NULL DEFAULT '',
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("person", "start")
);
CREATE TABLE "cycles" (
    "cycle" VARCHAR NOT NULL,
    "start" DATE,
    "end" DATE,
    "state" VARCHAR NOT NULL DEFAULT '',
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("cycle")
);
CREATE TABLE "objectives" (
    "id" VARCHAR NOT NULL,
    "cycle" VARCHAR NOT NULL DEFAULT '',
    "team" VARCHAR NOT NULL DEFAULT '',
    "title" VARCHAR NOT NULL DEFAULT '',
    "why" VARCHAR NOT NULL DEFAULT '',
    "owner" VARCHAR NOT NULL DEFAULT '',
    "ambition" VARCHAR NOT NULL DEFAULT '',
    "state" VARCHAR NOT NULL DEFAULT '',
    "progress_from" VARCHAR NOT NULL DEFAULT '',
    "visibility" VARCHAR NOT NULL DEFAULT '',
    "visible_to" VARCHAR NOT NULL DEFAULT '',
    "score" DOUBLE PRECISION,
    "score_reason" VARCHAR NOT NULL DEFAULT '',
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("id")
);
CREATE TABLE "key_results" (
    "id" VARCHAR NOT NULL,
    "objective" VARCHAR NOT NULL DEFAULT '',
    "also" VARCHAR NOT NULL DEFAULT '',
    "title" VARCHAR NOT NULL DEFAULT '',
    "kind" VARCHAR NOT NULL DEFAULT '',
    "team" VARCHAR NOT NULL DEFAULT '',
    "unit" VARCHAR NOT NULL DEFAULT '',
    "baseline" DOUBLE PRECISION,
    "target" DOUBLE PRECISION,
    "lower" DOUBLE PRECISION,
    "upper" DOUBLE PRECISION,
    "start" DATE,
    "due" DATE,
    "weight" DOUBLE PRECISION,
    "owner" VARCHAR NOT NULL DEFAULT '',
    "cadence_weeks" BIGINT,
    "state" VARCHAR NOT NULL DEFAULT '',
    "score" DOUBLE PRECISION,
    "score_reason" VARCHAR NOT NULL DEFAULT '',
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("id")
);
CREATE TABLE "milestones" (
    "key_result" VARCHAR NOT NULL,
    "step" VARCHAR NOT NULL,
    "weight" DOUBLE PRECISION,
    "due" DATE,
    "done_on" DATE,
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("key_result", "step")
);
CREATE TABLE "phases" (
    "key_result" VARCHAR NOT NULL,
    "date" DATE NOT NULL,
    "value" DOUBLE PRECISION,
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("key_result", "date")
);
CREATE TABLE "check_ins" (
    "key_result" VARCHAR NOT NULL DEFAULT '',
    "as_of" DATE,
    "id" VARCHAR NOT NULL,
    "value" DOUBLE PRECISION,
    "confidence" BIGINT,
    "note" VARCHAR NOT NULL DEFAULT '',
    "next" VARCHAR NOT NULL DEFAULT '',
    "blocker" VARCHAR NOT NULL DEFAULT '',
    "helper" VARCHAR NOT NULL DEFAULT '',
    "cleared_on" DATE,
    "evidence" VARCHAR NOT NULL DEFAULT '',
    "author" VARCHAR NOT NULL DEFAULT '',
    "entered_at" TIMESTAMP,
    "replaces" VARCHAR NOT NULL DEFAULT '',
    "position" BIGINT NOT NULL,
    PRIMARY KEY ("id")
);
CREATE TABLE "links" (
    "key_result" VARCHAR NOT NULL,
    "title" VARCHAR NOT NULL,
    "url" VARCHAR NOT NULL,
    "done_on" DATE,
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("key_result", "title", "url")
);
CREATE TABLE "alignment" (
    "child" VARCHAR NOT NULL,
    "parent" VARCHAR NOT NULL,
    "kind" VARCHAR NOT NULL DEFAULT '',
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("child", "parent")
);
CREATE TABLE "dependencies" (
    "id" VARCHAR NOT NULL,
    "key_result" VARCHAR NOT NULL DEFAULT '',
    "from_team" VARCHAR NOT NULL DEFAULT '',
    "to_team" VARCHAR NOT NULL DEFAULT '',
    "need" VARCHAR NOT NULL DEFAULT '',
    "need_by" DATE,
    "requested_on" DATE,
    "answered_on" DATE,
    "promised" DATE,
    "state" VARCHAR NOT NULL DEFAULT '',
    "reason" VARCHAR NOT NULL DEFAULT '',
    "asker_says" VARCHAR NOT NULL DEFAULT '',
    "provider_says" VARCHAR NOT NULL DEFAULT '',
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("id")
);
CREATE TABLE "comments" (
    "id" VARCHAR NOT NULL,
    "about" VARCHAR NOT NULL DEFAULT '',
    "author" VARCHAR NOT NULL DEFAULT '',
    "entered_at" TIMESTAMP,
    "text" VARCHAR NOT NULL DEFAULT '',
    "replies_to" VARCHAR NOT NULL DEFAULT '',
    "replaces" VARCHAR NOT NULL DEFAULT '',
    "position" BIGINT NOT NULL,
    PRIMARY KEY ("id")
);
CREATE TABLE "kudos" (
    "id" VARCHAR NOT NULL,
    "about" VARCHAR NOT NULL DEFAULT '',
    "author" VARCHAR NOT NULL DEFAULT '',
    "entered_at" TIMESTAMP,
    "text" VARCHAR NOT NULL DEFAULT '',
    "position" BIGINT NOT NULL,
    PRIMARY KEY ("id")
);
CREATE TABLE "decisions" (
    "id" VARCHAR NOT NULL,
    "about" VARCHAR NOT NULL DEFAULT '',
    "author" VARCHAR NOT NULL DEFAULT '',
    "entered_at" TIMESTAMP,
    "text" VARCHAR NOT NULL DEFAULT '',
    "owner" VARCHAR NOT NULL DEFAULT '',
    "due" DATE,
    "done_on" DATE,
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("id")
);
CREATE TABLE "events" (
    "revision" BIGINT NOT NULL,
    "number" BIGINT NOT NULL,
    "happened_at" TIMESTAMP,
    "actor" VARCHAR NOT NULL DEFAULT '',
    "action" VARCHAR NOT NULL DEFAULT '',
    "reason" VARCHAR NOT NULL DEFAULT '',
    "table" VARCHAR NOT NULL DEFAULT '',
    "row" VARCHAR NOT NULL DEFAULT '',
    "before" VARCHAR NOT NULL DEFAULT '',
    "after" VARCHAR NOT NULL DEFAULT '',
    "position" BIGINT NOT NULL,
    "request_key" VARCHAR UNIQUE,
    PRIMARY KEY ("revision", "number")
);
CREATE TABLE "credentials" (
    "username" VARCHAR PRIMARY KEY,
    "password_hash" VARCHAR NOT NULL,
    "changed_at" TIMESTAMP NOT NULL
);
CREATE TABLE "sessions" (
    "session" VARCHAR PRIMARY KEY,
    "username" VARCHAR NOT NULL,
    "cookie_hash" VARCHAR NOT NULL DEFAULT '',
    "ticket_hash" VARCHAR NOT NULL DEFAULT '',
    "ticket_until" TIMESTAMP,
    "started_at" TIMESTAMP NOT NULL,
    "seen_at" TIMESTAMP NOT NULL,
    "ended_at" TIMESTAMP
);
CREATE TABLE "sign_in_failures" (
    "subject" VARCHAR PRIMARY KEY,
    "failures" BIGINT NOT NULL,
    "blocked_until" TIMESTAMP NOT NULL
);
CREATE TABLE "import_notes" (
    "id" VARCHAR PRIMARY KEY,
    "about" VARCHAR NOT NULL,
    "field" VARCHAR NOT NULL,
    "note" VARCHAR NOT NULL,
    "noted_at" TIMESTAMP NOT NULL,
    "settled_at" TIMESTAMP
);
