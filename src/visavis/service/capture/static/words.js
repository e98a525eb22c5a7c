/** The page's words, in the language of whoever reads it. The catalogues are the server's. */

const languages = ["en", "es", "fr", "de", "pt", "zh"];
let words = {};

/** The first language of the browser that there are words in. */
export function preferred() {
  for (const tag of navigator.languages ?? []) {
    const language = tag.slice(0, 2).toLowerCase();
    if (languages.includes(language)) return language;
  }
  return "en";
}

/** Fetches the words of a language and puts them where they belong. */
export async function speak(language) {
  const answer = await fetch(`words/${language}.json`, { credentials: "omit" });
  if (!answer.ok) throw new Error(`no words in ${language}`);
  words = await answer.json();
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = say(element.dataset.word);
  }
}

/** Whether there are words for a key. */
export const known = (key) => key in words;

/** The words of a key, with `{name}` replaced by what is given for it. */
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
