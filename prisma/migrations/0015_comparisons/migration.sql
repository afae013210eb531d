-- What is indexed of tokens now says where each activation was seen: what was indexed before is dropped, and
-- workers index it anew. This is written by hand.
DO $$
DECLARE
  part regclass;
BEGIN
  FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'token_features'::regclass LOOP
    EXECUTE format('DROP TABLE %s', part);
  END LOOP;
END
$$;

-- CreateTable
CREATE TABLE "comparison" (
    "id" UUID NOT NULL,
    "a_sha256" TEXT NOT NULL,
    "b_sha256" TEXT NOT NULL,
    "state" "job_state" NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "done" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "result" BYTEA,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "comparison_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "comparison_state_idx" ON "comparison"("state");

-- CreateIndex
CREATE UNIQUE INDEX "comparison_a_sha256_b_sha256_key" ON "comparison"("a_sha256", "b_sha256");
