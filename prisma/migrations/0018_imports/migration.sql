-- CreateEnum
CREATE TYPE "job_work" AS ENUM ('ingest', 'inspect', 'import');

-- AlterEnum
ALTER TYPE "job_state" ADD VALUE 'asking' BEFORE 'done';

-- AlterTable
ALTER TABLE "job" ADD COLUMN     "answer" JSONB,
ADD COLUMN     "cancelled" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "check" JSONB,
ADD COLUMN     "found" JSONB,
ADD COLUMN     "rate" DOUBLE PRECISION,
ADD COLUMN     "unit" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "work" "job_work" NOT NULL DEFAULT 'ingest';

-- AlterTable
ALTER TABLE "upload" ADD COLUMN     "source" TEXT;
