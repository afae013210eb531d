-- CreateEnum
CREATE TYPE "run_wish" AS ENUM ('stop', 'resume');

-- AlterTable
ALTER TABLE "run" ADD COLUMN     "followed" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "wish" "run_wish";
