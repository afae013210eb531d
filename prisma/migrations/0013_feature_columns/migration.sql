-- What fills the columns of features that are there already is written by hand: they are read from the
-- packed records (server/packed.ts), whose words are little-endian and four bytes wide.

CREATE FUNCTION pg_temp.word("record" BYTEA, "at" INTEGER) RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
  SELECT get_byte("record", 4 * "at") | (get_byte("record", 4 * "at" + 1) << 8)
    | (get_byte("record", 4 * "at" + 2) << 16) | (get_byte("record", 4 * "at" + 3)::BIGINT << 24)
$$;

CREATE FUNCTION pg_temp.float("record" BYTEA, "at" INTEGER) RETURNS REAL LANGUAGE sql IMMUTABLE AS $$
  SELECT ((CASE WHEN "word" >> 31 = 1 THEN -1 ELSE 1 END) * CASE "word" >> 23 & 255
    WHEN 0 THEN ("word" & 8388607) * 2::DOUBLE PRECISION ^ -149
    ELSE (8388608 + ("word" & 8388607)) * 2::DOUBLE PRECISION ^ (("word" >> 23 & 255) - 150)
  END)::REAL
  FROM (SELECT pg_temp.word("record", "at") AS "word") "read"
$$;

-- behind six words and six lists, each with its length before it, and two numbers
CREATE FUNCTION pg_temp.decoder_norm("record" BYTEA) RETURNS REAL LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE "at" INTEGER := 6;
BEGIN
  FOR "list" IN 1..6 LOOP
    "at" := "at" + 1 + pg_temp.word("record", "at");
  END LOOP;
  RETURN pg_temp.float("record", "at" + 2);
END
$$;

-- AlterTable
ALTER TABLE "feature" ADD COLUMN     "decoder_norm" REAL,
ADD COLUMN     "umap_x" REAL,
ADD COLUMN     "umap_y" REAL;

UPDATE "feature" SET
  "decoder_norm" = pg_temp.decoder_norm("record"),
  "umap_x" = pg_temp.float("record", length("record") / 4 - 2),
  "umap_y" = pg_temp.float("record", length("record") / 4 - 1);

ALTER TABLE "feature" ALTER COLUMN "decoder_norm" SET NOT NULL,
ALTER COLUMN "umap_x" SET NOT NULL,
ALTER COLUMN "umap_y" SET NOT NULL;

DROP FUNCTION pg_temp.decoder_norm, pg_temp.float, pg_temp.word;

-- CreateIndex
CREATE INDEX "feature_columns_idx" ON "feature"("revision_id", "index", "density", "max_activation", "nearest_cosine", "encoder_decoder_cosine", "decoder_norm", "top_token_id", "umap_x", "umap_y");
