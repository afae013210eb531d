-- CreateEnum
CREATE TYPE "group_state" AS ENUM ('waiting', 'running', 'done', 'failed');

-- CreateTable
CREATE TABLE "sweep" (
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sweep_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "sweep_group" (
    "id" UUID NOT NULL,
    "sweep" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "dictionaries" INTEGER NOT NULL,
    "config" JSONB NOT NULL,
    "state" "group_state" NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "worker" TEXT,
    "claim" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "error" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sweep_group_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "sweep_group_sweep_index_key" ON "sweep_group"("sweep", "index");

-- CreateIndex
CREATE INDEX "sweep_group_state_idx" ON "sweep_group"("state");

-- AddForeignKey
ALTER TABLE "sweep_group" ADD CONSTRAINT "sweep_group_sweep_fkey" FOREIGN KEY ("sweep") REFERENCES "sweep"("name") ON DELETE CASCADE ON UPDATE CASCADE;
