"""What a reader's hands find: pointer, keys, switches, copying, phone, paper, no script, dark."""

import pytest

FACTOR = ".card .rhs [data-of=o1][data-by=net_o1]"


# The picture and the formulas


def test_pointing_at_a_factor_lights_its_part_of_the_picture_and_the_way_to_the_loss(visit):
    page = visit("mazur")
    page.one(".card .rhs [data-of=net_o1][data-by=w5]").hover()
    assert "lit" in page.classes("[data-names~=w5][data-source=h1]")
    assert "lit" in page.classes("[data-node=o1]")
    assert "way" in page.classes("[data-source=o1][data-target=E]")
    assert not {"lit", "way"} & set(page.classes("[data-node=o2]"))
    page.one("h1").hover()
    assert page.count(".lit, .way") == 0


def test_pointing_at_an_arrow_lights_the_factors_and_the_section_about_its_weight(visit):
    page = visit("mazur")
    page.point("[data-names~=w5]")
    assert "lit" in page.classes(".card .rhs [data-of=net_o1][data-by=w5]")
    lit = page.value("[...document.querySelectorAll('math [data-by].lit')].map(e => e.dataset.by)")
    assert set(lit) == {"w5", "h1"}
    assert page.value("document.querySelector('main .about').textContent").count("answers to")
    assert page.count("nav a.about") == 1


def test_pointing_at_a_node_lights_every_symbol_of_it(visit):
    page = visit("mazur")
    page.one("[data-node=h1]").hover()
    named = page.value("[...document.querySelectorAll('.text [data-name].lit')]"
                       ".map(e => e.dataset.name)")  # fmt: skip
    assert set(named) == {"h1", "net_h1"}


def test_a_tap_on_a_node_holds_the_light_and_goes_to_its_section(visit):
    page = visit("mazur")
    page.point("[data-names~=w5]", tap=True)
    page.page.mouse.move(5, 5)
    assert "lit" in page.classes("[data-names~=w5]")
    top = page.value("document.querySelector('main .about').getBoundingClientRect().top")
    assert 0 <= top < 200
    page.page.keyboard.press("Escape")
    assert page.count(".lit") == 0


def test_arrow_keys_go_from_factor_to_factor(visit):
    page = visit("mazur")
    page.one(".card .lines").focus()
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("ArrowRight")
    assert page.count("math .lit") == 1
    assert "lit" in page.classes(".card .rhs [data-of=E][data-by=o1]")
    assert "lit" in page.classes("[data-node=o1]")
    assert page.value("document.querySelector('[role=status]').textContent") == "∂E∂o1"


def test_arrow_keys_go_from_part_to_part_of_the_picture(visit):
    page = visit("mazur")
    page.one(".picture").focus()
    page.page.keyboard.press("ArrowRight")
    assert page.count(".node.lit") == 1
    assert page.value("document.querySelector('[role=status]').textContent")


def test_each_path_of_a_weight_has_a_button(visit):
    page = visit("mazur")
    buttons = page.page.locator(".card:has(#E-w1-how-E-answers-to-w1) .paths button")
    assert buttons.all_text_contents() == ["path 1 of 2", "path 2 of 2"]
    buttons.nth(1).click()
    assert buttons.nth(1).get_attribute("aria-pressed") == "true"
    lit = page.value("[...document.querySelectorAll('.node.lit')].map(e => e.dataset.node)")
    assert set(lit) == {"h1", "o2", "E"}
    assert "lit" in page.classes("[data-names~=w1]")
    assert "lit" in page.classes(".card .rhs [data-of=net_o2][data-by=h1]")
    buttons.nth(1).click()
    assert page.count(".lit") == 0


def test_the_backward_pass_is_shown_step_by_step_and_what_comes_later_is_not_there(visit):
    page = visit("mazur")
    order = page.value("document.querySelector('.pane svg').dataset.backward").split()
    on = page.one("[aria-label='One step on']")
    place = order.index("net_o1") + 1
    for _ in range(place):
        on.click()
    words = page.one(".stepped").text_content()
    assert words.startswith(f"Step {place} of {len(order)}")
    assert "0.138498562" in words
    assert "now" in page.classes("[data-node=o1]")
    assert "known" in page.classes("[data-node=E]")
    assert "known" not in page.classes("[data-node=h1]")
    gradients = page.value("""[...document.querySelectorAll('.pane :not(.legend *) > .gradient')]
        .map(text => [text.dataset.order ?? 99, getComputedStyle(text).visibility])""")
    assert len(gradients) > 10
    assert all((sight == "visible") == (int(number) < place) for number, sight in gradients)
    page.page.keyboard.press("[")
    assert page.one(".stepped").text_content().startswith(f"Step {place - 1} of")
    page.page.keyboard.press("Escape")
    assert page.count(".stepping, .unknown") == 0


# Switches and keys


def shown(page, selector):
    return page.one(selector).is_visible()


def test_forms_and_numbers_are_switched(visit):
    page = visit("switches")
    assert shown(page, "[data-form=index]")
    assert not shown(page, "[data-form=numpy]")
    page.one("button:text-is('NumPy')").click()
    assert shown(page, "[data-form=numpy] pre")
    page.page.keyboard.press("n")
    assert not shown(page, ".rhs.numbers")
    page.page.keyboard.press("p")
    page.page.keyboard.press("i")
    # All forms are off: the first stays.
    assert shown(page, "[data-form=index]")
    assert page.one("button:text-is('index by index')").get_attribute("aria-pressed") == "false"
    # What the page did not show of itself is not shown instead.
    assert not shown(page, "#folded")


def test_detail_goes_from_one_sentence_to_everything(visit):
    page = visit("switches")
    page.page.keyboard.press("0")
    assert [shown(page, s) for s in (".lead", ".result", ".check", ".more")] == [
        True, False, False, False,
    ]  # fmt: skip
    page.page.keyboard.press("1")
    assert [shown(page, s) for s in (".lead", ".result", ".check", ".more")] == [
        True, True, True, False,
    ]  # fmt: skip
    page.page.keyboard.press("3")
    assert shown(page, "#hidden")
    page.page.keyboard.press("2")
    assert not shown(page, "#hidden")


def test_an_outline_shows_of_each_derivation_what_is_derived_and_the_result(visit):
    page = visit("digits")
    page.page.keyboard.press("1")
    rows = "[...document.querySelector('[id=\"{}\"] .lines').querySelectorAll('.rhs, .lhs')]"
    anchor = page.one(".result:has(> .lines > .lhs)").get_attribute("id")
    seen = page.value(rows.format(anchor) + ".filter(isSeen).map(e => e.className)"
                      .replace("isSeen", "e => e.textContent && e.checkVisibility()"))
    assert seen == ["lhs", "rhs"]
    left, right = (page.one(f"[id='{anchor}'] {s}").bounding_box()
                   for s in ("> .lines > .lhs", ".said .rel"))  # fmt: skip
    assert left["x"] + left["width"] <= right["x"]
    assert abs(left["y"] - right["y"]) < 30


def test_choices_outlast_the_page_and_a_link_can_make_them(visit):
    page = visit("switches")
    page.page.keyboard.press("1")
    page.page.keyboard.press("n")
    page.page.reload()
    assert page.value("document.documentElement.dataset.detail") == "1"
    assert not shown(page, ".rhs.numbers")
    asked = visit("switches", "?detail=3&numpy=on&matrix=maybe&detail=<b>")
    assert shown(asked, "#hidden")
    assert shown(asked, "[data-form=numpy]")


def test_a_reference_to_something_hidden_shows_it(visit):
    page = visit("switches")
    page.one("a[href='#hidden']").click()
    assert shown(page, "#hidden")
    page.page.keyboard.press("i")
    page.page.keyboard.press("m")
    page.page.keyboard.press("0")
    page.value("location.hash = '#index'")
    page.page.wait_for_function("document.querySelector('#index').getClientRects().length")


def test_keys_go_from_section_to_section(visit):
    page = visit("mazur")
    here = "document.activeElement.id"
    page.page.keyboard.press("j")
    first = page.value(here)
    page.page.keyboard.press("j")
    assert [first, page.value(here)] == ["Symbols", "Conventions"]
    page.page.keyboard.press("k")
    assert page.value(here) == "Symbols"


def test_the_contents_are_searched(visit):
    page = visit("mazur")
    page.page.keyboard.press("/")
    page.page.keyboard.type("w3")
    listed = page.page.locator("nav li:not([hidden]) > a")
    assert listed.count() == 2
    assert "Backward pass" in listed.first.text_content()
    page.page.keyboard.press("Escape")
    assert listed.count() > 10


@pytest.mark.parametrize("width", [390, 1440])
def test_an_outline_over_the_text_folds_itself_when_the_place_is_found(visit, width):
    page = visit("mazur", viewport={"width": width, "height": 800})
    assert not shown(page, "nav ol")
    page.page.keyboard.press("/")
    page.page.keyboard.type("w3")
    page.page.keyboard.press("Enter")
    page.page.wait_for_function("!document.querySelector('nav ol').checkVisibility()")
    page.page.wait_for_function("scrollY > 500")
    top = page.value("document.querySelector(location.hash).getBoundingClientRect().top")
    assert 0 < top < 400


def test_a_broad_picture_has_half_of_the_window_and_letters_that_can_be_read(visit):
    page = visit("mazur")
    drawn = page.one(".pane svg").bounding_box()
    natural = float(page.one(".pane svg").get_attribute("viewBox").split()[2])
    assert drawn["width"] / natural > 0.7
    assert page.one(".text").bounding_box()["width"] > 600
    assert drawn["x"] > page.one(".text").bounding_box()["x"] + 600


def test_the_help_lists_the_keys_and_can_switch_them_off(visit):
    page = visit("mazur")
    page.page.keyboard.press("?")
    assert shown(page, "dialog")
    assert "next section" in page.one("dialog").text_content()
    assert "one step on" in page.one("dialog").text_content()
    page.one("dialog input").uncheck()
    page.page.keyboard.press("Escape")
    page.page.keyboard.press("0")
    assert page.value("document.documentElement.dataset.detail") == "2"


def test_results_can_be_hidden_until_they_are_asked_for(visit):
    page = visit("mazur")
    page.page.keyboard.press("h")
    assert not shown(page, ".result .said .rhs")
    assert not shown(page, ".card .check")
    assert not shown(page, ".box table")
    page.one(".card .tell").click()
    assert shown(page, ".result .said .rhs")
    assert shown(page, ".card .check")
    page.page.keyboard.press("h")
    assert shown(page, ".box table")


# Copying


def test_latex_and_numpy_are_copied(visit):
    page = visit("switches", permissions=["clipboard-read", "clipboard-write"])
    page.one(".equation").hover()
    page.one(".equation .copy").click()
    page.page.wait_for_selector("button:text-is('copied')")
    copied = page.value("navigator.clipboard.readText()")
    assert copied.startswith("\\begin{align*}\nw &= z")
    page.page.keyboard.press("p")
    page.one(".code > .copy").click(force=True)
    page.page.wait_for_selector(".code button:text-is('copied')")
    assert page.value("navigator.clipboard.readText()") == "w = z @ x"


def test_where_copying_is_forbidden_the_words_are_marked(visit):
    page = visit("switches")
    page.value("""() => {
        navigator.clipboard.writeText = () => Promise.reject(new Error('no'));
        document.execCommand = () => false;
    }""")
    page.one(".equation .copy").click(force=True)
    page.page.wait_for_selector("button:text-is('press Ctrl+C')")
    assert page.value("getSelection().toString()").startswith("\\begin{align*}")


# Phone, paper, no script, the dark


@pytest.mark.parametrize("name", ["mazur", "digits", "switches", "hostile"])
@pytest.mark.parametrize("width", [360, 1000])
def test_a_page_is_not_wider_than_the_window(visit, name, width):
    page = visit(name, viewport={"width": width, "height": 740})
    page.page.keyboard.press("3")
    assert page.value("document.documentElement.scrollWidth") <= width


def test_a_page_without_headings_has_the_width_of_a_page(visit):
    page = visit("short")
    assert page.one(".text").bounding_box()["width"] > 600


def test_paper_shows_everything_but_the_controls(visit):
    page = visit("switches")
    page.page.keyboard.press("0")
    page.value("dispatchEvent(new Event('beforeprint'))")
    page.page.emulate_media(media="print")
    assert all(shown(page, s) for s in ("#hidden", "[data-form=numpy] pre", ".check", ".number"))
    assert not any(shown(page, s) for s in (".bar", "nav", ".copy", ".tex"))
    page.value("dispatchEvent(new Event('afterprint'))")
    assert not page.one(".more").evaluate("part => part.open")


def test_without_script_the_page_is_complete(visit):
    page = visit("mazur", java_script_enabled=False)
    assert page.count("button, .bar, .copy") == 0
    assert shown(page, ".pane svg")
    assert shown(page, ".card .result")
    page = visit("switches", java_script_enabled=False)
    folded = page.one("[data-form=numpy] summary")
    folded.click()
    assert shown(page, "[data-form=numpy] pre")


def luminance(colour):
    parts = [int(part) / 255 for part in colour.strip("rgb()").split(",")]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("selector", ["main p", ".why, .stepped", "nav a", ".card a", "button"])
def test_words_stand_out_from_the_paper_in_light_and_dark(visit, scheme, selector):
    page = visit("mazur", color_scheme=scheme)
    paper = luminance(page.value("getComputedStyle(document.body).backgroundColor"))
    assert (paper < 0.05) == (scheme == "dark")
    ink = luminance(page.one(selector).evaluate("part => getComputedStyle(part).color"))
    light, dark = max(paper, ink), min(paper, ink)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


# Words from elsewhere


def test_hostile_words_stay_words_whatever_the_reader_does(visit):
    page = visit("hostile", "?detail=<b>&numpy=</script><b>#</script><b>")
    for key in ("0", "1", "3", "p", "m", "n", "h", "h", "j", "k", "2", "/"):
        page.page.keyboard.press(key)
    page.page.keyboard.type("</script><b>x")
    page.page.keyboard.press("Enter")
    for place in ("h2", ".equation", ".table", ".text > section > .code"):
        page.one(place).hover(force=True)
    assert page.count("b, script:not([type=module]), .text script") == 0
    assert page.count("script") == 1
