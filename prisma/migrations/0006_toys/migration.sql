-- CreateTable
CREATE TABLE "toy" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "document" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "toy_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "toy_created_at_idx" ON "toy"("created_at");
