import { upload } from "@/server/upload.ts";

export const config = { api: { bodyParser: false, externalResolver: true } };

export default upload;
