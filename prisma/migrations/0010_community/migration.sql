-- The two indexes by which labels are found are written by hand. Without the extension, labels are found by
-- whole words alone.
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
  RAISE WARNING 'the extension pg_trgm is not there and could not be created (%): search will not forgive misspellings; a superuser can add it: CREATE EXTENSION pg_trgm', SQLERRM;
END
$$;

-- CreateTable
CREATE TABLE "label" (
    "id" SERIAL NOT NULL,
    "dictionary_id" INTEGER NOT NULL,
    "weights_from" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "author_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "edited_at" TIMESTAMPTZ(3),

    CONSTRAINT "label_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "label_vote" (
    "label_id" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL,

    CONSTRAINT "label_vote_pkey" PRIMARY KEY ("label_id","user_id")
);

-- CreateTable
CREATE TABLE "list" (
    "id" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "visibility" "visibility" NOT NULL DEFAULT 'public',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "list_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "list_item" (
    "id" SERIAL NOT NULL,
    "list_id" TEXT NOT NULL,
    "dictionary_id" INTEGER NOT NULL,
    "weights_from" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "list_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "discussion" (
    "id" SERIAL NOT NULL,
    "title" TEXT NOT NULL,
    "author_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "active_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "discussion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "comment" (
    "id" SERIAL NOT NULL,
    "discussion_id" INTEGER NOT NULL,
    "parent_id" INTEGER,
    "author_id" TEXT,
    "body" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "edited_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "comment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "feature_mention" (
    "comment_id" INTEGER NOT NULL,
    "address" TEXT NOT NULL,
    "dictionary_id" INTEGER NOT NULL,
    "weights_from" INTEGER NOT NULL,
    "index" INTEGER,

    CONSTRAINT "feature_mention_pkey" PRIMARY KEY ("comment_id","address")
);

-- CreateIndex
CREATE INDEX "label_dictionary_id_idx" ON "label"("dictionary_id");

-- CreateIndex
CREATE INDEX "label_author_id_idx" ON "label"("author_id");

-- CreateIndex
CREATE UNIQUE INDEX "label_weights_from_index_text_key" ON "label"("weights_from", "index", "text");

-- CreateIndex
CREATE INDEX "label_vote_user_id_idx" ON "label_vote"("user_id");

-- CreateIndex
CREATE INDEX "list_owner_id_idx" ON "list"("owner_id");

-- CreateIndex
CREATE INDEX "list_visibility_updated_at_idx" ON "list"("visibility", "updated_at");

-- CreateIndex
CREATE INDEX "list_item_weights_from_index_idx" ON "list_item"("weights_from", "index");

-- CreateIndex
CREATE INDEX "list_item_dictionary_id_idx" ON "list_item"("dictionary_id");

-- CreateIndex
CREATE UNIQUE INDEX "list_item_list_id_weights_from_index_key" ON "list_item"("list_id", "weights_from", "index");

-- CreateIndex
CREATE INDEX "discussion_active_at_id_idx" ON "discussion"("active_at", "id");

-- CreateIndex
CREATE INDEX "discussion_author_id_idx" ON "discussion"("author_id");

-- CreateIndex
CREATE INDEX "comment_discussion_id_id_idx" ON "comment"("discussion_id", "id");

-- CreateIndex
CREATE INDEX "comment_parent_id_idx" ON "comment"("parent_id");

-- CreateIndex
CREATE INDEX "comment_author_id_idx" ON "comment"("author_id");

-- CreateIndex
CREATE INDEX "feature_mention_weights_from_index_idx" ON "feature_mention"("weights_from", "index");

-- CreateIndex
CREATE INDEX "feature_mention_dictionary_id_idx" ON "feature_mention"("dictionary_id");

-- AddForeignKey
ALTER TABLE "label" ADD CONSTRAINT "label_dictionary_id_fkey" FOREIGN KEY ("dictionary_id") REFERENCES "dictionary"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "label" ADD CONSTRAINT "label_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "label_vote" ADD CONSTRAINT "label_vote_label_id_fkey" FOREIGN KEY ("label_id") REFERENCES "label"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "label_vote" ADD CONSTRAINT "label_vote_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "list" ADD CONSTRAINT "list_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "list_item" ADD CONSTRAINT "list_item_list_id_fkey" FOREIGN KEY ("list_id") REFERENCES "list"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "list_item" ADD CONSTRAINT "list_item_dictionary_id_fkey" FOREIGN KEY ("dictionary_id") REFERENCES "dictionary"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "discussion" ADD CONSTRAINT "discussion_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "comment" ADD CONSTRAINT "comment_discussion_id_fkey" FOREIGN KEY ("discussion_id") REFERENCES "discussion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "comment" ADD CONSTRAINT "comment_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "comment"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "comment" ADD CONSTRAINT "comment_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "feature_mention" ADD CONSTRAINT "feature_mention_comment_id_fkey" FOREIGN KEY ("comment_id") REFERENCES "comment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "feature_mention" ADD CONSTRAINT "feature_mention_dictionary_id_fkey" FOREIGN KEY ("dictionary_id") REFERENCES "dictionary"("id") ON DELETE CASCADE ON UPDATE CASCADE;



-- Labels by their words: to_tsvector('english', text) @@ websearch_to_tsquery('english', …)
CREATE INDEX "label_words_idx" ON "label" USING GIN (to_tsvector('english', "text"));

-- Labels by their trigrams: lower(text) LIKE '%…%', lower(text) % '…'
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
    CREATE INDEX "label_trigrams_idx" ON "label" USING GIN (lower("text") gin_trgm_ops);
  END IF;
END
$$;
