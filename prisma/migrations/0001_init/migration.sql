-- The four big tables are partitioned by revision, which Prisma's schema language cannot say: their
-- "PARTITION BY" is written by hand. server/ingest/partitions.ts makes and attaches the partitions.

-- CreateEnum
CREATE TYPE "job_state" AS ENUM ('waiting', 'running', 'done', 'failed');

-- CreateTable
CREATE TABLE "model" (
    "id" SERIAL NOT NULL,
    "slug" TEXT NOT NULL,
    "weights_sha256" TEXT NOT NULL,
    "n_layers" INTEGER NOT NULL,
    "d_model" INTEGER NOT NULL,
    "d_vocab" INTEGER NOT NULL,
    "vocabulary_id" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vocabulary" (
    "id" SERIAL NOT NULL,
    "tokenizer_sha256" TEXT NOT NULL,
    "tokens" BYTEA NOT NULL,

    CONSTRAINT "vocabulary_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dictionary" (
    "id" SERIAL NOT NULL,
    "model_id" INTEGER NOT NULL,
    "slug" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dictionary_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "revision" (
    "id" SERIAL NOT NULL,
    "dictionary_id" INTEGER NOT NULL,
    "manifest_sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "cfg" JSONB NOT NULL,
    "manifest" JSONB NOT NULL,
    "evaluation" JSONB NOT NULL,
    "training" JSONB NOT NULL,
    "alive" INTEGER NOT NULL,
    "suggested_feature" INTEGER,
    "bundle_bytes" BIGINT NOT NULL,

    CONSTRAINT "revision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "revision_file" (
    "revision_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "offset" BIGINT NOT NULL,

    CONSTRAINT "revision_file_pkey" PRIMARY KEY ("revision_id","name")
);

-- CreateTable
CREATE TABLE "feature" (
    "revision_id" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "density" REAL NOT NULL,
    "max_activation" REAL NOT NULL,
    "nearest_cosine" REAL NOT NULL,
    "encoder_decoder_cosine" REAL NOT NULL,
    "top_token_id" INTEGER,
    "record" BYTEA NOT NULL,

    CONSTRAINT "feature_pkey" PRIMARY KEY ("revision_id","index")
) PARTITION BY LIST ("revision_id");

-- CreateTable
CREATE TABLE "feature_examples" (
    "revision_id" INTEGER NOT NULL,
    "feature" INTEGER NOT NULL,
    "examples" BYTEA NOT NULL,

    CONSTRAINT "feature_examples_pkey" PRIMARY KEY ("revision_id","feature")
) PARTITION BY LIST ("revision_id");

-- CreateTable
CREATE TABLE "context" (
    "revision_id" INTEGER NOT NULL,
    "context" INTEGER NOT NULL,
    "tokens" INTEGER[],

    CONSTRAINT "context_pkey" PRIMARY KEY ("revision_id","context")
) PARTITION BY LIST ("revision_id");

-- CreateTable
CREATE TABLE "datapoint" (
    "revision_id" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "context" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "ce_clean" REAL NOT NULL,
    "ce_sae" REAL NOT NULL,
    "ce_diff" REAL NOT NULL,
    "squared_error" REAL NOT NULL,
    "norm_x" REAL NOT NULL,
    "norm_x_hat" REAL NOT NULL,
    "l0" INTEGER NOT NULL,
    "umap_x" REAL,
    "umap_y" REAL,

    CONSTRAINT "datapoint_pkey" PRIMARY KEY ("revision_id","index")
) PARTITION BY LIST ("revision_id");

-- CreateTable
CREATE TABLE "upload" (
    "id" UUID NOT NULL,
    "filename" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "upload_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "job" (
    "id" UUID NOT NULL,
    "upload_id" UUID NOT NULL,
    "state" "job_state" NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "step" TEXT NOT NULL DEFAULT '',
    "done" BIGINT NOT NULL DEFAULT 0,
    "total" BIGINT NOT NULL DEFAULT 0,
    "error" TEXT,
    "result" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "job_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "model_slug_key" ON "model"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "vocabulary_tokenizer_sha256_key" ON "vocabulary"("tokenizer_sha256");

-- CreateIndex
CREATE UNIQUE INDEX "dictionary_model_id_slug_key" ON "dictionary"("model_id", "slug");

-- CreateIndex
CREATE UNIQUE INDEX "revision_manifest_sha256_key" ON "revision"("manifest_sha256");

-- CreateIndex
CREATE INDEX "revision_dictionary_id_id_idx" ON "revision"("dictionary_id", "id");

-- CreateIndex
CREATE INDEX "feature_revision_id_density_index_idx" ON "feature"("revision_id", "density", "index");

-- CreateIndex
CREATE INDEX "feature_revision_id_max_activation_index_idx" ON "feature"("revision_id", "max_activation", "index");

-- CreateIndex
CREATE INDEX "feature_revision_id_nearest_cosine_index_idx" ON "feature"("revision_id", "nearest_cosine", "index");

-- CreateIndex
CREATE INDEX "feature_revision_id_encoder_decoder_cosine_index_idx" ON "feature"("revision_id", "encoder_decoder_cosine", "index");

-- CreateIndex
CREATE UNIQUE INDEX "job_upload_id_key" ON "job"("upload_id");

-- CreateIndex
CREATE INDEX "job_state_idx" ON "job"("state");

-- AddForeignKey
ALTER TABLE "model" ADD CONSTRAINT "model_vocabulary_id_fkey" FOREIGN KEY ("vocabulary_id") REFERENCES "vocabulary"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dictionary" ADD CONSTRAINT "dictionary_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "revision" ADD CONSTRAINT "revision_dictionary_id_fkey" FOREIGN KEY ("dictionary_id") REFERENCES "dictionary"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "revision_file" ADD CONSTRAINT "revision_file_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "revision"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "feature" ADD CONSTRAINT "feature_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "revision"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "feature_examples" ADD CONSTRAINT "feature_examples_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "revision"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "context" ADD CONSTRAINT "context_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "revision"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "datapoint" ADD CONSTRAINT "datapoint_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "revision"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job" ADD CONSTRAINT "job_upload_id_fkey" FOREIGN KEY ("upload_id") REFERENCES "upload"("id") ON DELETE CASCADE ON UPDATE CASCADE;
