r"""What stands before \begin{document}: packages, measures, and the macros that decide the looks.

Every package is in the smallest TeX installations (Debian: texlive-latex-recommended) or is loaded
only where it is found. A fragment uses none of this but the packages that its first line names.
"""

from __future__ import annotations

PACKAGES = r"""\documentclass[11pt,a4paper]{article}
\usepackage[hmargin=25mm,vmargin=22mm]{geometry}
\usepackage{amsmath,amssymb,mathtools}
\usepackage{xcolor,graphicx,booktabs,longtable}
\IfFileExists{lmodern.sty}{\usepackage[T1]{fontenc}\usepackage{lmodern}}{}
\IfFileExists{microtype.sty}{\usepackage[expansion=false]{microtype}}{}
% Figures are drawn by TikZ where it is installed, else by LaTeX itself.
\IfFileExists{tikz.sty}{\usepackage{tikz}}{}
\usepackage[hidelinks]{hyperref}
"""

# The macros, in groups; each line can be changed without a look at the rest.
MACROS = r"""
% ---- How formulas look: change a line here, and the whole text follows ----
\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}           % a partial derivative
\newcommand{\td}[2]{\frac{\mathrm{d} #1}{\mathrm{d} #2}}       % a derivative of one variable
\newcommand{\adj}[1]{\bar{#1}}                                 % an adjoint: \adj{Z}
\newcommand{\adjword}[1]{\overline{#1}}                        % the adjoint of a word
\newcommand{\transpose}{\top}                                  % as in X^{\transpose}
\newcommand{\had}{\odot}                                       % the product entry by entry
\newcommand{\kron}[1]{\delta_{#1}}                             % Kronecker's delta: \kron{ij}
\newcommand{\named}[2]{\underbrace{#1}_{#2}}                   % a part of a formula and its name
\newcommand{\reason}[1]{\text{\small #1}}                      % why a line holds, beside it
\newcommand{\passed}{\(\checkmark\)}                           % a check that held
\newcommand{\failed}{\(\times\)}                               % a check that did not
"""

# How blocks look, and how pages break.
LAYOUT = r"""
% ---- The title: what \author and \date hold is printed if there is something ----
\makeatletter
\renewcommand{\maketitle}{\begin{center}{\LARGE\@title\par}%
  \ifx\@author\@empty\else\smallskip{\large\@author\par}\fi
  \ifx\@date\@empty\else\smallskip{\@date\par}\fi\end{center}}
\makeatother

% ---- How results are framed: a box, or two rules where it is too long for one ----
\newsavebox{\resultbox}
\newenvironment{result}
  {\begin{center}\begin{lrbox}{\resultbox}\begin{minipage}{0.94\linewidth}%
   \setlength{\parskip}{0.4em}%
   \setlength{\abovedisplayskip}{3pt}\setlength{\belowdisplayskip}{3pt}}
  {\end{minipage}\end{lrbox}\fbox{\usebox{\resultbox}}\end{center}}
\newenvironment{longresult}
  {\par\medskip\hrule\medskip}{\par\medskip\hrule\medskip}

% What is wider than #1 is made smaller: names may be long.
\DeclareRobustCommand{\fitted}[2]{\sbox0{#2}%
  \ifdim\wd0>#1\relax\resizebox{#1}{!}{\usebox0}\else\usebox0\fi}

% ---- Measures ----
\setlength{\fboxsep}{7pt}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.5em plus 0.2em}
\emergencystretch=3em
\setlength{\LTpre}{0.9em}\setlength{\LTpost}{0.6em}
\setcounter{LTchunksize}{400}                % widths of long tables are right in one run
\AtBeginDocument{\setlength{\abovedisplayskip}{6pt plus 2pt}%
  \setlength{\belowdisplayskip}{6pt plus 2pt}%
  \setlength{\abovedisplayshortskip}{2pt plus 2pt}%
  \setlength{\belowdisplayshortskip}{6pt plus 2pt}}
% Pages break between equations and not within one; a list or table stays with its first sentence.
\allowdisplaybreaks[4]
\clubpenalty=9000 \widowpenalty=9000 \displaywidowpenalty=9000
\makeatletter
\@beginparpenalty=9000
\def\@listi{\leftmargin\leftmargini \topsep 2pt \parsep 1pt \itemsep 1pt}
\let\@listI\@listi
% No heading stands at the foot of a page, and none is parted from the heading before it.
\newcommand{\onroom}[1]{\par
  \if@nobreak\else\ifdim\dimexpr\pagegoal-\pagetotal\relax<#1\newpage\fi\fi}
\makeatother
\let\plainsection\section \renewcommand{\section}{\onroom{10\baselineskip}\plainsection}
\let\plainsubsection\subsection
\renewcommand{\subsection}{\onroom{6\baselineskip}\plainsubsection}
% A long table without a number does not count.
\newcounter{unnumbered}
\newenvironment{unnumberedtable}
  {\addtocounter{table}{-1}\stepcounter{unnumbered}%
   \renewcommand{\theHtable}{unnumbered.\arabic{unnumbered}}}{}
"""

# What a fragment needs of the paper or the slides that take it in.
NEEDS = r"% Needs \usepackage{mathtools,amssymb,booktabs,graphicx,xcolor}."
