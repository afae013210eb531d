-- "PARTITION BY" is written by hand, and so is what fills "token_id" of datapoints that are there already.

-- AlterTable
ALTER TABLE "datapoint" ADD COLUMN     "active" BYTEA,
ADD COLUMN     "origin" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "token_id" INTEGER;

UPDATE "datapoint" SET "token_id" = "context"."tokens"["datapoint"."position" + 1]
FROM "context"
WHERE "context"."revision_id" = "datapoint"."revision_id" AND "context"."context" = "datapoint"."context";

ALTER TABLE "datapoint" ALTER COLUMN "token_id" SET NOT NULL;

-- CreateTable
CREATE TABLE "context_losses" (
    "revision_id" INTEGER NOT NULL,
    "context" INTEGER NOT NULL,
    "losses" BYTEA NOT NULL,

    CONSTRAINT "context_losses_pkey" PRIMARY KEY ("revision_id","context")
) PARTITION BY LIST ("revision_id");

-- CreateIndex
CREATE INDEX "datapoint_revision_id_ce_diff_index_idx" ON "datapoint"("revision_id", "ce_diff", "index");

-- CreateIndex
CREATE INDEX "datapoint_revision_id_context_position_idx" ON "datapoint"("revision_id", "context", "position");

-- AddForeignKey
ALTER TABLE "context_losses" ADD CONSTRAINT "context_losses_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "revision"("id") ON DELETE CASCADE ON UPDATE CASCADE;
