-- AlterTable
ALTER TABLE "dictionary" ADD COLUMN     "description" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "licence" TEXT;

-- AlterTable: of revisions that are there it is worked out when it is first asked for (server/queries/histograms.ts)
ALTER TABLE "revision" ADD COLUMN     "histograms" JSONB;
