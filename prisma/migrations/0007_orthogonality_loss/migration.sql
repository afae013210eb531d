-- AlterTable
ALTER TABLE "run_line" ADD COLUMN     "orthogonality_loss" DOUBLE PRECISION;
