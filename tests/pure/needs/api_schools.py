"""The cluster sample of Californian schools that R's `survey` package documents its raking with (`apiclus1`).

Public figures of the California Department of Education for 2000: 183 schools in 15 of 757 districts, each with its
district, type (E, M, H), whether it met its school-wide growth target, its index in 2000 and its pupils.
"""

from __future__ import annotations

from dataclasses import dataclass

DISTRICTS = 757
BASE_WEIGHT = 33.846996307373

_ROWS = {
    637: """H Y 608 1689; E Y 684 288; E Y 612 294; E Y 710 143; E Y 729 307; E Y 714 311; E Y 759 362; E Y 585 263;
        E Y 625 583; M Y 664 886; M Y 669 955""",
    437: "H Y 443 418; E Y 467 574; M Y 482 286; E Y 496 158",
    778: "M N 411 372; E Y 494 308",
    197: """E Y 493 358; M N 592 921; E Y 550 375; M Y 689 962; M N 598 954; E Y 628 370; E Y 652 596; E Y 628 485;
        E Y 832 254; E Y 777 465; E Y 709 481; E N 709 425; E Y 736 312""",
    406: "E Y 561 360; E Y 555 323",
    815: "H N 696 442; M N 631 508; E Y 564 166; E Y 602 525",
    178: "H Y 529 388; E Y 491 266; E Y 510 671; M N 547 343",
    255: """E Y 814 466; E Y 806 516; E Y 715 489; E Y 785 300; M Y 720 728; E Y 905 512; M Y 617 972; E Y 630 619;
        E Y 629 562; E Y 696 358; E Y 476 626; E Y 757 396; E Y 825 571; E Y 595 715; E N 552 345; M Y 847 850""",
    568: """H Y 714 258; H Y 724 170; H N 687 210; H Y 723 467; E Y 662 117; E N 699 196; E Y 807 205; M Y 679 233;
        E Y 691 324""",
    135: """E Y 622 370; E Y 754 309; E Y 655 414; E Y 764 303; E Y 795 407; E Y 505 504; E N 638 371; E Y 733 374;
        E Y 523 631; E Y 511 432; E Y 710 299; E Y 657 500; E Y 602 499; E Y 490 748; E N 664 356; E Y 651 302;
        E Y 603 594; E Y 698 527; E Y 511 446; E Y 814 436; E Y 669 381; E N 711 464; E Y 538 462; E Y 705 320;
        E Y 595 437; E Y 551 295; E Y 762 512; E Y 521 343; E Y 709 404; E Y 780 504; E Y 780 411; E Y 722 637;
        E Y 828 555; E Y 737 491""",
    510: """H N 595 1585; H Y 661 1855; E Y 502 385; M N 614 1015; E Y 585 483; E Y 582 576; M Y 642 1405; E Y 536 549;
        E Y 746 352; E Y 667 564; E N 629 540; E Y 745 290; E Y 674 523; E Y 637 379; E Y 696 391; E Y 632 403;
        E Y 639 613; E Y 745 596; E Y 789 520; M Y 656 1573; E Y 789 371""",
    716: """H Y 517 1908; H Y 478 2181; H Y 582 2106; E Y 592 532; E Y 587 381; E Y 553 624; E Y 516 704; E Y 535 602;
        E Y 566 686; E N 481 607; E Y 472 209; E Y 559 643; E Y 610 331; E Y 599 641; E Y 551 479; E Y 554 535;
        E N 561 561; E N 505 695; E N 492 426; E Y 504 657; E Y 487 300; E Y 627 612; E Y 465 466; E Y 529 352;
        E Y 625 559; E Y 436 363; E Y 542 558; E N 515 257; M Y 461 1243; M Y 528 1260; M Y 512 1306; M Y 508 1344;
        E Y 670 119; E Y 760 818; E Y 652 118; E Y 546 145; E Y 717 486""",
    61: """E Y 701 371; E Y 748 377; E Y 735 265; M N 699 930; E Y 685 336; E Y 827 448; M Y 711 1023; E Y 677 387;
        M N 759 940; E Y 697 525; E Y 742 427; E Y 691 390; E Y 700 358""",
    413: "E Y 551 274",
    448: """H Y 703 2147; E Y 676 479; E Y 714 441; E Y 842 476; E Y 824 511; E Y 717 385; E Y 836 443; M Y 733 696;
        E Y 719 332; M Y 817 738; E Y 749 425; E Y 781 302""",
}


@dataclass(frozen=True)
class School:
    district: int
    kind: str
    met_target: bool
    index: int
    pupils: int


def schools() -> list[School]:
    """All 183, by district."""
    found = []
    for district, text in _ROWS.items():
        for row in text.split(";"):
            kind, met, index, pupils = row.split()
            found.append(School(district, kind, met == "Y", int(index), int(pupils)))
    return found
