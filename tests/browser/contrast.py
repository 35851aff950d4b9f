"""The contrast of texts with what is behind them, by WCAG 2: at least 4.5 for AA."""

_RATIO = """
    const channels = (color) => color.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
    const ratio = (color, ground) => {
        const [a, b] = [color, ground].map((each) => light(channels(each)));
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    };
    const seen = [];
    const tell = (text, color, ground) => seen.push([text, ratio(color, ground)]);
"""

_OF_PAGE = """() => {
    const ground = (each) => {
        for (; each; each = each.parentElement) {
            const color = getComputedStyle(each).backgroundColor;
            if (channels(color).length < 4 || channels(color)[3] > 0) return color;
        }
        return "rgb(255, 255, 255)";
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const host = texts.currentNode.parentElement;
        if (host.closest("svg, script, template") || !host.checkVisibility()) continue;
        if (host.matches("[aria-disabled=true], option") || !texts.currentNode.textContent.trim()) continue;
        tell(texts.currentNode.textContent.trim(), getComputedStyle(host).color, ground(host));
    }
    return seen;
}"""

#: The ground of a text is the last shape before it, in its group, that it stands on.
_OF_PICTURE = """() => {
    const holds = (shape, {x, y, width, height}) => {
        const box = shape.getBBox();
        const [right, bottom] = [box.x + box.width, box.y + box.height];
        return box.x <= x + width / 2 && x + width / 2 <= right && box.y <= y + height / 2 && y + height / 2 <= bottom;
    };
    for (const text of document.querySelectorAll("svg.drawing text")) {
        const {fill} = getComputedStyle(text);
        const isSeen = text.checkVisibility({visibilityProperty: true}) && !text.closest(".waiting");
        if (!isSeen || !text.textContent.trim()) continue;
        const before = [...text.parentElement.children]
            .filter((each) => each.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)
            .filter((each) => /rect|ellipse/.test(each.tagName) && holds(each, text.getBBox()))
            .map((each) => getComputedStyle(each))
            .filter((style) => style.fill !== "none" && style.opacity === "1" && style.visibility === "visible");
        tell(text.textContent, fill, before.at(-1)?.fill ?? getComputedStyle(document.body).backgroundColor);
    }
    return seen;
}"""


def contrasts(page):
    """Give the texts of a page, beside its picture, and their contrasts."""
    return page.evaluate(_with_ratio(_OF_PAGE))


def contrasts_in_picture(page):
    """Give the texts in the picture, and their contrasts."""
    return page.evaluate(_with_ratio(_OF_PICTURE))


def _with_ratio(script):
    return script.replace("() => {", "() => {" + _RATIO, 1)
