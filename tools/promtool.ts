export { testRules } from "../lab/played-rules";
