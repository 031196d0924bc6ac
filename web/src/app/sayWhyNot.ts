/** What is shown when the client cannot even start: nobody to sign in with, or sign-in refused. */
import i18next from "i18next";

export function sayWhyNot(place: HTMLElement, fault: unknown): void {
  const again = document.createElement("a");
  again.href = "/";
  again.textContent = i18next.t("states:again");
  const sentence = document.createElement("p");
  sentence.setAttribute("role", "alert");
  sentence.textContent = `${i18next.t("states:signIn")} ${fault instanceof Error ? fault.message : ""}`;
  place.replaceChildren(sentence, again);
}
