-- AlterTable
ALTER TABLE "feature" ADD COLUMN     "datapoints" BYTEA;
