-- CreateEnum
CREATE TYPE "run_state" AS ENUM ('running', 'finished', 'stopped', 'failed');

-- CreateTable
CREATE TABLE "run" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "sweep" TEXT,
    "host" TEXT NOT NULL,
    "dir" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "hook_name" TEXT NOT NULL,
    "hook_name_out" TEXT,
    "architecture" TEXT NOT NULL,
    "d_sae" INTEGER NOT NULL,
    "k" INTEGER,
    "train_tokens" BIGINT NOT NULL,
    "config" JSONB NOT NULL,
    "state" "run_state" NOT NULL DEFAULT 'running',
    "stage" TEXT NOT NULL DEFAULT '',
    "done" BIGINT NOT NULL DEFAULT 0,
    "total" BIGINT NOT NULL DEFAULT 0,
    "error" TEXT,
    "manifest_sha256" TEXT,
    "last_step" INTEGER NOT NULL DEFAULT 0,
    "latest" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "heard_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_line" (
    "run_id" UUID NOT NULL,
    "step" INTEGER NOT NULL,
    "tokens" BIGINT NOT NULL,
    "loss" DOUBLE PRECISION NOT NULL,
    "mse_loss" DOUBLE PRECISION NOT NULL,
    "sparsity_loss" DOUBLE PRECISION NOT NULL,
    "auxk_loss" DOUBLE PRECISION NOT NULL,
    "l0" DOUBLE PRECISION NOT NULL,
    "dead_fraction" DOUBLE PRECISION NOT NULL,
    "fvu" DOUBLE PRECISION,
    "lr" DOUBLE PRECISION NOT NULL,
    "grad_norm" DOUBLE PRECISION NOT NULL,
    "tokens_per_second" DOUBLE PRECISION,

    CONSTRAINT "run_line_pkey" PRIMARY KEY ("run_id","step")
);

-- CreateIndex
CREATE INDEX "run_sweep_idx" ON "run"("sweep");

-- CreateIndex
CREATE INDEX "run_created_at_idx" ON "run"("created_at");

-- AddForeignKey
ALTER TABLE "run_line" ADD CONSTRAINT "run_line_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;
