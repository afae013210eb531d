-- CreateEnum
CREATE TYPE "role" AS ENUM ('reader', 'member', 'maintainer');

-- CreateEnum
CREATE TYPE "visibility" AS ENUM ('public', 'unlisted', 'private');

-- CreateTable
CREATE TABLE "user" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "role" "role" NOT NULL DEFAULT 'reader',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- Whose hub it is as long as nobody has to sign in (server/viewer.ts).
INSERT INTO "user" ("id", "name", "email", "role") VALUES ('local', 'local owner', 'local@localhost', 'maintainer');

-- AlterTable: what was there before anybody could sign in is the local owner's
ALTER TABLE "dictionary" ADD COLUMN     "owner_id" TEXT,
ADD COLUMN     "visibility" "visibility" NOT NULL DEFAULT 'public';
UPDATE "dictionary" SET "owner_id" = 'local';

-- AlterTable
ALTER TABLE "upload" ADD COLUMN     "user_id" TEXT,
ADD COLUMN     "visibility" "visibility" NOT NULL DEFAULT 'public';

-- AlterTable
ALTER TABLE "revision" ADD COLUMN     "weights_from" INTEGER;
UPDATE "revision" SET "weights_from" = "first"."id"
FROM (
  SELECT "revision"."id" AS "of", min("revision"."id") OVER (PARTITION BY "revision"."dictionary_id", "revision_file"."sha256") AS "id"
  FROM "revision"
  LEFT JOIN "revision_file" ON "revision_file"."revision_id" = "revision"."id" AND "revision_file"."name" = 'sae_weights.safetensors'
) "first"
WHERE "first"."of" = "revision"."id";
ALTER TABLE "revision" ALTER COLUMN "weights_from" SET NOT NULL;

-- AddForeignKey
ALTER TABLE "dictionary" ADD CONSTRAINT "dictionary_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "upload" ADD CONSTRAINT "upload_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;
