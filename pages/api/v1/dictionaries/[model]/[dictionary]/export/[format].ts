import { downloadExport } from "@/server/export.ts";

export const config = { api: { bodyParser: false, responseLimit: false, externalResolver: true } };

export default downloadExport;
