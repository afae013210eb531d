export { quantile, spearman } from "../tensor/statistics.ts";
