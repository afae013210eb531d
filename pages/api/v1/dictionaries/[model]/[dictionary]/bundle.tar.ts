import { downloadBundle } from "@/server/download.ts";

export const config = { api: { bodyParser: false, responseLimit: false, externalResolver: true } };

export default downloadBundle;
