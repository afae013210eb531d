-- "PARTITION BY" is written by hand, and so is the extension, without which names and labels are found by
-- whole words alone.
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
  RAISE WARNING 'the extension pg_trgm is not there and could not be created (%): search will not forgive misspellings; a superuser can add it: CREATE EXTENSION pg_trgm', SQLERRM;
END
$$;

-- CreateTable
CREATE TABLE "token_features" (
    "revision_id" INTEGER NOT NULL,
    "token_id" INTEGER NOT NULL,
    "features" INTEGER NOT NULL,
    "entries" BYTEA NOT NULL,

    CONSTRAINT "token_features_pkey" PRIMARY KEY ("revision_id","token_id")
) PARTITION BY LIST ("revision_id");

-- AddForeignKey
ALTER TABLE "token_features" ADD CONSTRAINT "token_features_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "revision"("id") ON DELETE CASCADE ON UPDATE CASCADE;
