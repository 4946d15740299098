// The running total of a ballot page, live. Without it the page has a button that does the same; the words are the server's.

const whole = new Intl.NumberFormat("en-GB");

function pounds(pence) {
  const rest = pence % 100;
  return `£${whole.format((pence - rest) / 100)}${rest ? `.${String(rest).padStart(2, "0")}` : ""}`;
}

function counted(number, noun) {
  return `${whole.format(number)} ${noun}${number === 1 ? "" : "s"}`;
}

function approval(paper, most) {
  const chosen = [...paper.querySelectorAll("input[data-amount]:checked")];
  const total = chosen.reduce((sum, input) => sum + Number(input.dataset.amount), 0);
  const said = `You have chosen ${counted(chosen.length, "option")}, costing ${pounds(total)}.`;
  if (most === null) return [said, false];
  if (paper.dataset.pots !== undefined) return byPot(said, chosen, JSON.parse(paper.dataset.pots));
  if (total > most) return [`${said} That is ${pounds(total - most)} more than the ${pounds(most)} there is.`, true];
  return [`${said} ${pounds(most - total)} of ${pounds(most)} is left.`, false];
}

// In a vote by area: what is left of each pot.
function byPot(said, chosen, pots) {
  const sentences = [said];
  let over = false;
  for (const pot of pots) {
    const own = chosen.filter((input) => input.dataset.pot === pot.ward);
    if (!pot.always && own.length === 0) continue;
    const left = own.reduce((rest, input) => rest - Number(input.dataset.amount), pot.money);
    over ||= left < 0;
    sentences.push(
      left < 0
        ? `${pot.name}: ${pounds(-left)} more than the ${pounds(pot.money)} there is.`
        : `${pot.name}: ${pounds(left)} of ${pounds(pot.money)} is left.`,
    );
  }
  return [sentences.join(" "), over];
}

function points(paper, most) {
  const typed = [...paper.querySelectorAll("input[data-points]")].map((input) => input.value.trim());
  const given = typed.filter((value) => /^[0-9]{1,6}$/.test(value)).map(Number).filter((value) => value > 0);
  const total = given.reduce((sum, value) => sum + value, 0);
  const to = `to ${given.length} of ${counted(Number(paper.dataset.options), "option")}`;
  if (most === null) return [`You have given ${counted(total, "point")} ${to}.`, false];
  if (total > most) {
    return [`You have given ${counted(total, "point")}, ${whole.format(total - most)} more than the ${whole.format(most)} you have.`, true];
  }
  return [`You have given ${whole.format(total)} of ${counted(most, "point")} ${to}. ${whole.format(most - total)} left.`, false];
}

function balance(paper, most) {
  let spending = 0;
  let coming = most;
  for (const input of paper.querySelectorAll("input[data-step]:checked")) {
    if (input.dataset.income === undefined) spending += Number(input.dataset.step);
    else coming += Number(input.dataset.step);
  }
  const left = coming - spending;
  const said = `You spend ${pounds(spending)}. ${pounds(coming)} comes in.`;
  if (left < 0) return [`${said} ${pounds(-left)} is still to find.`, true];
  if (left === 0) return [`${said} Nothing is left: your budget adds up.`, false];
  const exactly = paper.dataset.balanced !== undefined;
  return [`${said} ${pounds(left)} is left. ${exactly ? "It must be nothing." : "Your budget adds up."}`, exactly];
}

function views(paper) {
  const said = paper.querySelectorAll('input[value="yes"]:checked, input[value="no"]:checked').length;
  return [`You have said yes or no to ${said} of ${counted(Number(paper.dataset.options), "option")}.`, false];
}

function single(paper) {
  const chosen = paper.querySelector("input:checked:not([data-instead])");
  if (chosen === null) return ["You have not chosen an option yet.", false];
  return [`You have chosen ${chosen.parentElement.querySelector(".app-choice__title").textContent}.`, false];
}

// "No view" or "keep as now", while nothing is chosen: the words are the server's.
function instead(paper) {
  const said = paper.querySelector("input[data-instead]:checked");
  if (said === null) return null;
  const chosen = [...paper.querySelectorAll("input, select")].some((input) => {
    if (input.name === said.name) return false;
    if (input.dataset.step !== undefined && input.name.startsWith("balance")) return input.checked && input.dataset.usual === undefined;
    if (input.type === "checkbox") return input.checked;
    if (input.type === "radio") return input.checked && (input.value === "yes" || input.value === "no");
    return input.value.trim() !== "" && input.value.trim() !== "0";
  });
  return chosen ? null : [said.dataset.instead, false];
}

const totals = { approval, balance, points, single, views };

for (const paper of document.querySelectorAll("[data-ballot]")) {
  const say = totals[paper.dataset.ballot];
  if (!say) continue;
  const most = paper.dataset.most === undefined ? null : Number(paper.dataset.most);
  const place = paper.querySelector("[data-total]");
  const update = () => {
    const [text, over] = instead(paper) ?? say(paper, most);
    if (place.textContent !== text) place.textContent = text;
    place.parentElement.classList.toggle("app-total--over", over);
  };
  paper.querySelector("[data-update-total]").hidden = true;
  paper.addEventListener("input", update);
  // The browser may have filled the form in again on its own (going back, reloading).
  window.addEventListener("pageshow", update);
  update();
}
