-- "PARTITION BY" is written by hand.

-- CreateTable
CREATE TABLE "connection_source" (
    "revision_id" INTEGER NOT NULL,
    "from" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "hook_name" TEXT NOT NULL,
    "weights_sha256" TEXT NOT NULL,

    CONSTRAINT "connection_source_pkey" PRIMARY KEY ("revision_id","from")
);

-- CreateTable
CREATE TABLE "explained_feature" (
    "revision_id" INTEGER NOT NULL,
    "from" INTEGER NOT NULL,
    "feature" INTEGER NOT NULL,
    "variance_explained" REAL,
    "variance_explained_relu" REAL,

    CONSTRAINT "explained_feature_pkey" PRIMARY KEY ("revision_id","from","feature")
) PARTITION BY LIST ("revision_id");

-- CreateTable
CREATE TABLE "connection" (
    "revision_id" INTEGER NOT NULL,
    "from" INTEGER NOT NULL,
    "feature" INTEGER NOT NULL,
    "rank" INTEGER NOT NULL,
    "source" INTEGER NOT NULL,
    "weight" REAL NOT NULL,
    "relu_weight" REAL NOT NULL,

    CONSTRAINT "connection_pkey" PRIMARY KEY ("revision_id","from","feature","rank")
) PARTITION BY LIST ("revision_id");

-- CreateIndex
CREATE INDEX "connection_source_name_idx" ON "connection_source"("name");

-- CreateIndex
CREATE INDEX "connection_revision_id_from_source_idx" ON "connection"("revision_id", "from", "source");

-- AddForeignKey
ALTER TABLE "connection_source" ADD CONSTRAINT "connection_source_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "revision"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "explained_feature" ADD CONSTRAINT "explained_feature_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "revision"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "connection" ADD CONSTRAINT "connection_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "revision"("id") ON DELETE CASCADE ON UPDATE CASCADE;
