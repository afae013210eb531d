import { downloadFile } from "@/server/download.ts";

export const config = { api: { bodyParser: false, responseLimit: false, externalResolver: true } };

export default downloadFile;
