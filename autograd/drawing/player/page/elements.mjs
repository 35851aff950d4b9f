// Elements of the page. Texts are always texts, whatever is in them.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element; attributes whose value is a function listen, those that are null or false are left out. */
export function element(tag, attributes = {}, ...children) {
  return furnished(document.createElement(tag), attributes, children);
}

/** Make an element of a picture. */
export function shape(tag, attributes = {}, ...children) {
  return furnished(document.createElementNS(SVG, tag), attributes, children);
}

function furnished(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...present(children));
  return made;
}

/** Put children in place of those that an element has. */
export function refill(host, ...children) {
  host.replaceChildren(...present(children));
}

function present(children) {
  return children.flat(4).filter((child) => child !== null && child !== undefined && child !== false && child !== "");
}

export const find = (selector) => document.querySelector(selector);
