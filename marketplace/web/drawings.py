"""The house's own drawings as inline SVG.

Line icons on a 24 px grid, flat produce on 64 px, the brand on 48 px. Only shapes stand here;
`templatetags.web` puts the `<svg>` around them. All were drawn for this project.
"""

ICONS: dict[str, str] = {
    "home": ('<path d="m3 11 9-8 9 8v10h-6v-6H9v6H3z"/>'),
    "grid": ('<path d="M3 4h18v16H3zM3 10h18M3 15h18M9 4v16M15 4v16"/>'),
    "list": ('<path d="M8 6h13M8 12h13M8 18h13M3.5 6h.01M3.5 12h.01M3.5 18h.01"/>'),
    "basket": ('<path d="M3 10h18l-2.5 11h-13zM7.5 10 12 3l4.5 7M9 14v3M12 14v3M15 14v3"/>'),
    "calendar": (
        '<rect x="3" y="5" width="18" height="16" rx="2"/><path d="M3 10h18M8 3v4M16 3v4"/>'
    ),
    "scale": (
        '<path d="M12 4v17M7 21h10M4 7h16M4 7l-2.5 6a3 3 0 0 0 6 0zM20 7l-2.5 6a3 3 0 0 0 6 0z"/>'
    ),
    "box": ('<path d="m12 2 9 5v10l-9 5-9-5V7zM3 7l9 5 9-5M12 12v10M7.5 4.5l9 5"/>'),
    "truck": (
        '<path d="M2 5h12v12H2zM14 9h4l4 4v4h-8z"/><circle cx="6.5" cy="18" r="2.5" '
        'fill="var(--surface)"/><circle cx="17.5" cy="18" r="2.5" fill="var(--surface)"/>'
    ),
    "check": ('<path d="m4 12.5 5.5 5.5L20 6.5"/>'),
    "x": ('<path d="m5 5 14 14M19 5 5 19"/>'),
    "alert": ('<path d="M12 3 1.5 21h21zM12 9.5v5.5M12 18v.01"/>'),
    "copy": (
        '<rect x="8" y="8" width="12" height="13" rx="2"/><path d="M16 8V5a2 2 0 0 0-2-2H6a2 2 0 '
        '0 0-2 2v9a2 2 0 0 0 2 2h2"/>'
    ),
    "line": (
        '<path d="M12 3c5.5 0 9.5 3.4 9.5 7.8 0 4-4.5 7-9.5 10.2v-3C6 17.8 2.5 14.7 2.5 10.8 '
        '2.5 6.4 6.5 3 12 3z"/>'
    ),
    "print": ('<path d="M6 9V3h12v6M6 18H3v-8h18v8h-3M6 14h12v7H6z"/>'),
    "download": ('<path d="M12 3v12M6.5 10l5.5 5.5L17.5 10M4 20h16"/>'),
    "upload": ('<path d="M12 16V4M6.5 9.5 12 4l5.5 5.5M4 20h16"/>'),
    "search": ('<circle cx="11" cy="11" r="7"/><path d="m16.5 16.5 4.5 4.5"/>'),
    "filter": ('<path d="M3 5h18l-7 8.5V20l-4-2v-4.5z"/>'),
    "plus": ('<path d="M12 5v14M5 12h14"/>'),
    "minus": ('<path d="M5 12h14"/>'),
    "user": ('<circle cx="12" cy="8" r="4"/><path d="M4 21c1-5 4-7 8-7s7 2 8 7"/>'),
    "users": (
        '<circle cx="9" cy="8" r="3.5"/><path d="M2 20c.8-4.5 3.3-6.5 7-6.5s6.2 2 7 6.5M16 '
        '4.8a3.5 3.5 0 0 1 0 6.5M18.5 14.3c2 .9 3.1 2.8 3.5 5.7"/>'
    ),
    "leaf": ('<path d="M4 20C4 9 10 4 20 4c0 10-5 16-14 15M4 20c3-5 6-8 10-10"/>'),
    "coin": (
        '<circle cx="12" cy="12" r="9"/><path d="M9.5 7.5h3.7a2.2 2.2 0 0 1 0 '
        '4.5H9.5zM9.5 12h4.2a2.3 2.3 0 0 1 0 4.5H9.5zM12 5.5v13"/>'
    ),
    "cash": ('<rect x="2" y="6" width="20" height="12" rx="2"/><circle cx="12" cy="12" r="3"/>'),
    "bank": ('<path d="M3 9.5 12 3l9 6.5zM5 10v8M10 10v8M14 10v8M19 10v8M3 21h18"/>'),
    "bill": ('<path d="M6 2h8l5 5v15H6zM14 2v5h5M9 13h7M9 17h7"/>'),
    "qr": (
        '<path d="M3 3h7v7H3zM14 3h7v7h-7zM3 14h7v7H3zM14 14h3v3h-3zM21 14v3M18 21h3v-1M14 '
        '21v-1M6.5 6.5h.01M17.5 6.5h.01M6.5 17.5h.01"/>'
    ),
    "map": (
        '<path d="M12 22c-5-6-7.5-9.5-7.5-13a7.5 7.5 0 0 1 15 0c0 3.5-2.5 7-7.5 13z"/><circle '
        'cx="12" cy="9" r="2.8"/>'
    ),
    "back": ('<path d="M20 12H4M10.5 5.5 4 12l6.5 6.5"/>'),
    "swap": ('<path d="M4 8h15M15 4l4 4-4 4M20 16H5M9 12l-4 4 4 4"/>'),
    "undo": ('<path d="M8 5 3 10l5 5M3 10h11a6 6 0 0 1 0 12h-3"/>'),
    "clock": ('<circle cx="12" cy="12" r="9"/><path d="M12 7v5.5l3.5 2"/>'),
    "edit": ('<path d="M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19zM14 6.5l3.5 3.5"/>'),
    "menu": ('<path d="M3 6h18M3 12h18M3 18h18"/>'),
    "phone": (
        '<path d="M5 3h4l2 5-2.5 2a12 12 0 0 0 5.5 5.5L16 13l5 2v4a2 2 0 0 1-2 2C10.5 21 3 '
        '13.5 3 5a2 2 0 0 1 2-2z"/>'
    ),
    "camera": ('<path d="M4 7h4l2-3h4l2 3h4v13H4z"/><circle cx="12" cy="13" r="4"/>'),
    "settings": (
        '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" '
        'cy="17" r="2"/>'
    ),
    "mail": ('<rect x="3" y="5" width="18" height="14" rx="2"/><path d="m3 7 9 7 9-7"/>'),
    "lock": (
        '<rect x="4" y="10" width="16" height="11" rx="2"/><path d="M8 10V7a4 4 0 0 1 8 0v3M12 '
        '14.5v2.5"/>'
    ),
    "door": ('<path d="M10 3h9v18h-9M14 12H3M7 7.5 2.5 12 7 16.5"/>'),
    "globe": (
        '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c-6 6-6 12 0 18 6-6 6-12 0-18z"/>'
    ),
    "chart": ('<path d="M4 3v18h17M8.5 17v-5M13 17V8M17.5 17v-7"/>'),
    "star": (
        '<path d="m12 3 2.7 5.8 6.3.8-4.6 4.4 1.2 6.3L12 17.2l-5.6 3.1 1.2-6.3L3 9.6l6.3-.8z"/>'
    ),
}

# By drawing key, which a product may carry.
PRODUCE: dict[str, str] = {
    "leafy": (
        '<path d="M29 61h7l1-27h-9z" fill="#a9cf9c"/><path d="M32 38C14 40 7 27 11 12c13-1 21 9 '
        '21 26z" fill="#2f6b4a"/><path d="M33 36c18 2 25-10 21-24-13-2-21 8-21 24z" '
        'fill="#3f8059"/><path d="M32 31C21 23 23 8 32 2c9 6 11 21 0 29z" fill="#5a9a6d"/><path '
        'd="M32 34V8M31 37 17 18M34 35 49 17" stroke="#d5e9cd" stroke-width="1.6" fill="none"/>'
    ),
    "cabbage": (
        '<path d="M32 61c-11 0-15-6-13-14l6-18h14l6 18c2 8-2 14-13 14z" fill="#e3eed2"/><path '
        'd="M26 58c-4-8-1-18 2-28M38 58c4-8 1-18-2-28M32 60V30" stroke="#bcd49c" '
        'stroke-width="2" fill="none"/><path d="M27 34C12 34 6 22 12 10c10 0 17 10 15 24z" '
        'fill="#3f7a5c"/><path d="M37 34c15 0 21-12 15-24-10 0-17 10-15 24z" '
        'fill="#4f8a57"/><path d="M32 34C21 26 22 9 32 3c10 6 11 23 0 31z" fill="#6ba678"/>'
    ),
    "water_spinach": (
        '<g stroke="#8fbf7f" stroke-width="3.4" fill="none" stroke-linecap="round"><path d="M22 '
        '61c4-16 4-30-2-44M32 61c0-20 1-34 1-50M42 61c-2-16 0-26 6-38"/></g><g '
        'fill="#3f7a5c"><path d="m20 6-9 17c4 2 8 1 10-3 3 3 7 3 10-1z"/><path d="m49 12-10 15c4 '
        '3 8 2 10-2 2 4 6 5 10 2z"/></g><path d="m34 1-9 19c4 2 8 1 9-3 2 4 6 5 10 3z" '
        'fill="#5a9a6d"/><path d="m16 34-6 11c4 2 7 0 8-3 3 2 6 2 8-1z" fill="#2f6b4a"/><path '
        'd="m50 36-7 10c3 3 7 2 8-1 2 3 5 4 8 1z" fill="#2f6b4a"/><path d="M17 53h30v5H17z" '
        'fill="#b9982f"/>'
    ),
    "celery": (
        '<g fill="none" stroke="#a9cf9c" stroke-width="4" stroke-linecap="round"><path d="M26 '
        '61c2-14 0-24-8-34M32 61V20M38 61c-2-14 0-24 8-34"/></g><g fill="#4f8a57"><circle '
        'cx="14" cy="22" r="8"/><circle cx="24" cy="18" r="7"/><circle cx="40" cy="18" '
        'r="7"/><circle cx="50" cy="22" r="8"/></g><g fill="#6ba678"><circle cx="32" cy="11" '
        'r="9"/><circle cx="18" cy="14" r="5"/><circle cx="46" cy="14" r="5"/></g>'
    ),
    "herb": (
        '<path d="M32 62V22" stroke="#7a4a6a" stroke-width="3.4"/><g fill="#3f7a5c"><path d="M32 '
        '50C20 52 12 46 10 38c10-2 19 2 22 12zM32 50c12 2 20-4 22-12-10-2-19 2-22 12z"/></g><g '
        'fill="#5a9a6d"><path d="M32 36c-10 1-16-4-18-12 9-1 15 3 18 12zM32 36c10 1 16-4 '
        '18-12-9-1-15 3-18 12z"/></g><path d="M32 24c-6-4-7-14 0-21 7 7 6 17 0 21z" '
        'fill="#8a5f86"/>'
    ),
    "bean": (
        '<g fill="none" stroke-linecap="round" stroke-width="5"><path d="M14 6c-6 20 0 40 6 54" '
        'stroke="#3f7a5c"/><path d="M24 4c-4 20-2 40 6 56" stroke="#5a9a6d"/><path d="M36 4c2 '
        '18-2 40 2 56" stroke="#2f6b4a"/><path d="M48 6c4 20-2 38-2 54" '
        'stroke="#5a9a6d"/></g><rect x="10" y="28" width="42" height="6" rx="3" fill="#b9982f"/>'
    ),
    "gourd": (
        '<g transform="rotate(-35 32 32)"><rect x="4" y="20" width="56" height="15" rx="7.5" '
        'fill="#4f8a57"/><rect x="8" y="23" width="46" height="3" rx="1.5" fill="#a7cfa0"/><rect '
        'x="6" y="39" width="52" height="14" rx="7" fill="#3f7a5c"/><rect x="11" y="42" '
        'width="42" height="3" rx="1.5" fill="#8fc29a"/></g>'
    ),
    "pumpkin": (
        '<path d="M31 20c-1-7 2-11 8-13" stroke="#7a6a2a" stroke-width="5" fill="none" '
        'stroke-linecap="round"/><ellipse cx="16" cy="40" rx="13" ry="17" '
        'fill="#4c6b3f"/><ellipse cx="48" cy="40" rx="13" ry="17" fill="#4c6b3f"/><ellipse '
        'cx="24" cy="40" rx="12" ry="20" fill="#5f8150"/><ellipse cx="40" cy="40" rx="12" '
        'ry="20" fill="#5f8150"/><ellipse cx="32" cy="40" rx="9" ry="21" fill="#769763"/><g '
        'fill="#c9d7a8"><circle cx="14" cy="38" r="2"/><circle cx="24" cy="30" r="1.6"/><circle '
        'cx="33" cy="46" r="2"/><circle cx="43" cy="34" r="1.8"/><circle cx="50" cy="44" '
        'r="1.6"/><circle cx="23" cy="48" r="1.6"/></g>'
    ),
    "eggplant": (
        '<circle cx="22" cy="40" r="17" fill="#cfe0b5"/><path d="M22 40 10 52M22 40v17M22 40l12 '
        '12M22 40 6 38M22 40l16-2" stroke="#7ba05b" stroke-width="3"/><path d="M10 30c4-9 20-9 '
        '24 0-8 5-16 5-24 0z" fill="#3f7a5c"/><path d="M22 25v-8" stroke="#3f7a5c" '
        'stroke-width="4" stroke-linecap="round"/><circle cx="48" cy="44" r="13" '
        'fill="#bcd49c"/><path d="M48 44 38 52M48 44v13M48 44l10 8" stroke="#7ba05b" '
        'stroke-width="2.6"/><path d="M39 37c3-8 15-8 18 0-6 4-12 4-18 0z" fill="#2f6b4a"/>'
    ),
    "tomato": (
        '<circle cx="24" cy="40" r="18" fill="#cf4a2c"/><circle cx="46" cy="44" r="14" '
        'fill="#df6a45"/><path d="M13 33a13 13 0 0 1 8-7" stroke="#f3b8a2" stroke-width="3.4" '
        'fill="none" stroke-linecap="round"/><path d="m24 26-9-4 7-2-2-8 6 6 6-5-2 8 7 3-9 3z" '
        'fill="#3f7a5c"/><path d="m46 34-7-3 6-2 0-6 4 5 5-3-2 6 5 2-7 2z" fill="#2f6b4a"/>'
    ),
    "chilli": (
        '<path d="M20 14c14 2 26 16 30 45C30 54 16 38 14 21z" fill="#c8371f"/><path d="M24 19c10 '
        '5 18 16 22 32" stroke="#ec8a72" stroke-width="2.6" fill="none" '
        'stroke-linecap="round"/><path d="M10 18c2-7 9-10 15-7 0 5-4 11-11 12-3-1-4-3-4-5z" '
        'fill="#3f7a5c"/><path d="M15 12C14 8 11 5 6 4" stroke="#2f6b4a" stroke-width="4" '
        'fill="none" stroke-linecap="round"/><path d="M38 12c10 4 18 15 19 32-10-5-19-15-21-26z" '
        'fill="#e05a2e"/><path d="M34 15c1-5 5-8 10-6 0 4-3 8-8 9z" fill="#5a9a6d"/>'
    ),
    "root": (
        '<path d="M32 61c-9-8-15-20-15-29 0-8 7-12 15-12s15 4 15 12c0 9-6 21-15 29z" '
        'fill="#e58a3c"/><path d="M20 32h9M38 40h7M22 44h7M35 29h8" stroke="#b8601c" '
        'stroke-width="2.4" stroke-linecap="round"/><path d="M32 22C22 20 17 11 20 3c7 3 12 10 '
        '12 19z" fill="#3f7a5c"/><path d="M32 22c10-2 15-11 12-19-7 3-12 10-12 19z" '
        'fill="#2f6b4a"/><path d="M32 22C27 15 27 7 32 1c5 6 5 14 0 21z" fill="#6ba678"/>'
    ),
    "fruit": (
        '<path d="M31 15c0-6 3-10 9-12" stroke="#7a6a2a" stroke-width="4" fill="none" '
        'stroke-linecap="round"/><path d="M17 20c9-8 24-8 33 2 8 9 7 25-3 33-9 7-25 '
        '6-33-4-8-9-6-24 3-31z" fill="#e8b23c"/><path d="M17 20c9-8 24-8 33 2 4 5 6 11 5 17C44 '
        '26 30 22 13 25c1-2 2-4 4-5z" fill="#d9782e"/><path d="M16 35c0-4 2-8 5-10" '
        'stroke="#f6dc9a" stroke-width="3.4" fill="none" stroke-linecap="round"/><path d="M33 '
        '13C39 4 49 4 56 9c-6 7-15 9-23 4z" fill="#3f7a5c"/>'
    ),
    "citrus": (
        '<path d="M24 24c1-9 3-15 8-15s7 6 8 15z" fill="#d97a17"/><circle cx="32" cy="40" r="21" '
        'fill="#f2963a"/><path d="M16 36a17 17 0 0 1 9-12" stroke="#fbd9b0" stroke-width="4" '
        'stroke-linecap="round" fill="none"/><path d="M33 10C38 1 48 0 56 4 52 13 42 17 33 10z" '
        'fill="#3f7a5c"/><path d="M34 10c6-2 12-4 19-5" stroke="#bcd6c4" stroke-width="1.4" '
        'fill="none"/><g fill="#d97a17"><circle cx="40" cy="46" r="1.3"/><circle cx="33" cy="52" '
        'r="1.3"/><circle cx="44" cy="38" r="1.3"/><circle cx="27" cy="45" r="1.3"/></g>'
    ),
    "banana": (
        '<path d="M14 12c-4 26 12 46 38 44 3-1 3-5 0-6C36 46 25 34 22 12z" fill="#d9b43c"/><path '
        'd="M19 11c2 24 16 38 37 34 3-1 3-5 0-6-16-3-26-12-29-29z" fill="#e8cb62"/><path d="M25 '
        '10c4 18 16 27 32 22 3-2 2-5-1-6-11-1-19-6-23-17z" fill="#f1dd93"/><path d="M13 '
        '13l5-9h8l8 7z" fill="#7a6a2a"/>'
    ),
    "palm_fruit": (
        '<circle cx="20" cy="42" r="15" fill="#3d2f28"/><circle cx="44" cy="44" r="14" '
        'fill="#54403a"/><circle cx="32" cy="24" r="14" fill="#4a362f"/><path d="M22 20c4-8 16-8 '
        '20 0-6 4-14 4-20 0z" fill="#7ba05b"/><path d="M11 36c3-6 12-6 16 0-5 3-11 3-16 0z" '
        'fill="#8fb06a"/><path d="M36 38c3-6 12-6 15 0-5 3-10 3-15 0z" fill="#8fb06a"/>'
    ),
    "egg": (
        '<path d="M20 16c8 0 14 12 14 22a14 14 0 0 1-28 0c0-10 6-22 14-22z" '
        'fill="#f3dcc0"/><path d="M44 16c8 0 14 12 14 22a14 14 0 0 1-28 0c0-10 6-22 14-22z" '
        'fill="#e6c49c"/><path d="M32 20c8 0 14 12 14 22a14 14 0 0 1-28 0c0-10 6-22 14-22z" '
        'fill="#f9ead6"/><path d="M4 46h56l-5 14H9z" fill="#b9982f"/><path d="M8 51h48M12 56h40" '
        'stroke="#8f7320" stroke-width="2"/>'
    ),
    "rice": (
        '<path d="M14 62C20 40 30 22 50 10" stroke="#b9982f" stroke-width="2.6" fill="none"/><g '
        'fill="#8f3b2a"><ellipse cx="49" cy="11" rx="6" ry="2.8" transform="rotate(-30 49 '
        '11)"/><ellipse cx="42" cy="13" rx="6" ry="2.8" transform="rotate(-70 42 13)"/><ellipse '
        'cx="46" cy="20" rx="6" ry="2.8" transform="rotate(10 46 20)"/><ellipse cx="34" cy="20" '
        'rx="6" ry="2.8" transform="rotate(-75 34 20)"/><ellipse cx="39" cy="28" rx="6" ry="2.8" '
        'transform="rotate(5 39 28)"/><ellipse cx="27" cy="29" rx="6" ry="2.8" '
        'transform="rotate(-80 27 29)"/><ellipse cx="32" cy="37" rx="6" ry="2.8" '
        'transform="rotate(0 32 37)"/><ellipse cx="21" cy="39" rx="6" ry="2.8" '
        'transform="rotate(-85 21 39)"/><ellipse cx="26" cy="46" rx="6" ry="2.8" '
        'transform="rotate(-5 26 46)"/></g><path d="M14 62c-4-14-2-26 2-34M14 62c8-8 16-10 26-8" '
        'stroke="#7ba05b" stroke-width="3" fill="none"/>'
    ),
    "fish": (
        '<path d="M6 34C14 20 34 16 48 30l10-9v26l-10-9C34 52 14 48 6 34z" fill="#8fb3bf"/><path '
        'd="M6 34c10 10 30 12 42 4v-4z" fill="#d7e6ea"/><path d="M22 23c6-6 14-6 20 1z" '
        'fill="#2f7f96"/><path d="M24 44c4 5 10 5 14 1z" fill="#2f7f96"/><circle cx="15" cy="31" '
        'r="2.4" fill="#0a3540"/><path d="M22 28c3 4 3 8 0 12" stroke="#2f7f96" stroke-width="2" '
        'fill="none"/>'
    ),
    "mushroom": (
        '<path d="M25 36h14c-1 8 0 15 3 22H22c3-7 4-14 3-22z" fill="#f1e4cb"/><path d="M32 9c16 '
        '0 27 11 27 22 0 5-12 7-27 7S5 36 5 31C5 20 16 9 32 9z" fill="#b98d5e"/><path d="M12 '
        '28c2-8 9-13 17-14" stroke="#dcbf98" stroke-width="3.4" fill="none" '
        'stroke-linecap="round"/><path d="M14 36c5 1 11 2 18 2s13-1 18-2c-5-3-31-3-36 0z" '
        'fill="#8a6238"/>'
    ),
    "jar": (
        '<path d="M17 17h30c7 7 8 13 8 20 0 12-5 20-11 24H20C14 57 9 49 9 37c0-7 1-13 8-20z" '
        'fill="#d9eef2"/><path d="M11 33h42c2 12-3 22-9 28H20c-6-6-11-16-9-28z" '
        'fill="#d98a2b"/><path d="M11 33h42l1 6c-14 4-28-3-43 1z" fill="#efae55"/><path d="M18 '
        '3h28v9H18z" fill="#5b4708"/><path d="M16 11h32v6H16z" fill="#b9982f"/><path d="M21 '
        '42h22v12H21z" fill="#fbf6ec"/><path d="M25 46h14M25 50h9" stroke="#8f7320" '
        'stroke-width="2"/>'
    ),
    "basket": (
        '<path d="M16 30C16 12 24 6 32 6s16 6 16 24" stroke="#8f7320" stroke-width="4" '
        'fill="none"/><circle cx="22" cy="27" r="9" fill="#cf4a2c"/><circle cx="41" cy="27" '
        'r="9" fill="#f2963a"/><path d="M31 32C20 27 21 14 31 9c10 5 11 18 0 23z" '
        'fill="#5a9a6d"/><path d="M5 30h54l-7 29H12z" fill="#b9982f"/><path d="M8 40h48M10 '
        '50h44M20 30l3 29M32 30v29M44 30l-3 29" stroke="#8f7320" stroke-width="2.4"/>'
    ),
}

# The ground each stands on: `data-tone` in app.css.
PRODUCE_TONES: dict[str, str] = {
    "leafy": "palm",
    "cabbage": "rice",
    "water_spinach": "palm",
    "celery": "palm",
    "herb": "lake",
    "bean": "rice",
    "gourd": "palm",
    "pumpkin": "rice",
    "eggplant": "palm",
    "tomato": "clay",
    "chilli": "clay",
    "root": "som",
    "fruit": "rice",
    "citrus": "som",
    "banana": "rice",
    "palm_fruit": "rice",
    "egg": "lake",
    "rice": "rice",
    "fish": "lake",
    "mushroom": "rice",
    "jar": "som",
    "basket": "rice",
}

# Words that a catalogue or a person may use for the same drawing.
PRODUCE_ALIASES: dict[str, str] = {
    "kale": "leafy",
    "vegetable": "leafy",
    "morning_glory": "water_spinach",
    "spice": "chilli",
    "cucumber": "gourd",
    "melon": "pumpkin",
    "mango": "fruit",
    "orange": "citrus",
    "som_chuk": "citrus",
    "coconut": "palm_fruit",
    "grain": "rice",
    "seafood": "fish",
    "shrimp": "fish",
    "processed": "jar",
    "honey": "jar",
    "sugar": "palm_fruit",
    "tuber": "root",
    "carrot": "root",
}

# What stands in for produce without a drawing of its own.
PRODUCE_FALLBACK = "basket"

LOGO = (
    '<circle cx="24" cy="24" r="23.5" fill="#fbf6ec" stroke="#1b4d3c"/><circle cx="36" '
    'cy="15" r="4.5" fill="#f2963a"/><path fill="#3f7a5c" d="M20 21L12.1 27.0L10.3 26.8L11.2 '
    '25.1L9.3 24.7L10.4 23.2z"/><path fill="#1b4d3c" d="M20 21L8.6 22.7L6.9 21.5L8.8 '
    '20.3L7.1 18.8L8.9 17.9z"/><path fill="#3f7a5c" d="M20 21L10.7 17.5L9.9 16.0L11.8 '
    '15.8L11.2 14.0L12.9 14.1z"/><path fill="#1b4d3c" d="M20 21L12.5 12.3L12.5 10.2L14.6 '
    '11.1L14.9 8.9L16.7 10.0z"/><path fill="#3f7a5c" d="M20 21L17.9 11.3L18.8 9.8L20.0 '
    '11.3L21.2 9.8L22.1 11.3z"/><path fill="#1b4d3c" d="M20 21L23.3 10.0L25.1 8.9L25.4 '
    '11.1L27.5 10.2L27.5 12.3z"/><path fill="#3f7a5c" d="M20 21L27.1 14.1L28.8 14.0L28.2 '
    '15.8L30.1 16.0L29.3 17.5z"/><path fill="#1b4d3c" d="M20 21L31.1 17.9L32.9 18.8L31.2 '
    '20.3L33.1 21.5L31.4 22.7z"/><path fill="#3f7a5c" d="M20 21L29.6 23.2L30.7 24.7L28.8 '
    '25.1L29.7 26.8L27.9 27.0z"/><path d="M19 21h2.4l.8 12h-4z" fill="#5b4708"/><path '
    'd="M2.5 30q22-5 43 0l-1.6 6H4.8z" fill="#b9982f"/><path d="M4.5 35q5 3 10 0t10 0 10 0 '
    '9 0A23 23 0 0 1 24 47 23 23 0 0 1 4.5 35z" fill="#2f7f96"/>'
)
