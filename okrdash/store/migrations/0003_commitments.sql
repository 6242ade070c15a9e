-- In what a promise between teams stands among the provider's own OKRs, and whether people want to be called for it.

CREATE TABLE "commitments" (
    "dependency" VARCHAR NOT NULL,
    "key_result" VARCHAR NOT NULL DEFAULT '',
    "step" VARCHAR NOT NULL DEFAULT '',
    "position" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY ("dependency")
);
ALTER TABLE "preferences" ADD COLUMN "dependencies" BOOLEAN DEFAULT TRUE;
