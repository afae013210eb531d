import { downloadFeaturePoints } from "@/server/points.ts";

export const config = { api: { bodyParser: false, responseLimit: false, externalResolver: true } };

export default downloadFeaturePoints;
