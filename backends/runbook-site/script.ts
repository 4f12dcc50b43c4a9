/**
 * The one script of runbook pages: a button that copies, on every block of code. Without it a page is whole all the same.
 * Without https a browser has no clipboard; then the text is selected and copied the old way.
 */
export const SCRIPT = `
for (const block of document.querySelectorAll("pre")) {
  const button = document.createElement("button");
  const say = (word) => {
    button.textContent = word;
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  };
  const select = () => {
    getSelection().selectAllChildren(block);
    say(document.execCommand("copy") ? "Copied" : "Selected");
  };
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", () => {
    if (navigator.clipboard) {
      navigator.clipboard.writeText(block.textContent).then(() => say("Copied"), select);
    } else {
      select();
    }
  });
  block.before(button);
}
`;
