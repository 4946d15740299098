// Says that scripts run, then starts the GOV.UK components. A file of its own, because inline scripts are refused by our policy.
import { initAll } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
