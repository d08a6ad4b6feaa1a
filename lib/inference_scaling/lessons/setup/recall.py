"""What the lessons of the part Setup ask back from memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import laws
from ...interactive.prediction import Choice
from ...interactive.recall import Recall


def _one_of(rng: np.random.Generator, *values: Any) -> Any:
    return values[int(rng.integers(len(values)))]


def _two_answers(rng: np.random.Generator) -> dict[str, Any]:
    pairs = [(first, gap) for first in (-2, -3, -5, -6) for gap in (1.5, 2, 2.5, 3)]
    # Where the ratio of the two is also their gap, two wrong choices would show one number.
    first, gap = _one_of(rng, *(pair for pair in pairs if (pair[0] - pair[1]) / pair[0] != pair[1]))
    return {"a": first, "b": first - gap, "gap": gap, "times": float(np.exp(gap)), "ratio": (first - gap) / first}


def _counted(rng: np.random.Generator) -> dict[str, Any]:
    right, leader = int(rng.integers(4, 13)), int(rng.integers(18, 31))
    return {"c": right, "leader": leader, "share": right / 64, "of_two": right / (right + leader)}


def _there_and_won(rng: np.random.Generator) -> dict[str, Any]:
    there, won = int(rng.integers(15, 21)), int(rng.integers(6, 11))
    return {"there": there, "won": won, "lost": there - won, "never": 24 - there}


def _all_fail(rng: np.random.Generator) -> dict[str, Any]:
    return {"q": _one_of(rng, 0.6, 0.7, 0.8, 0.9, 0.95), "rest": _one_of(rng, 0.01, 0.02, 0.05)}


def _some_auc(rng: np.random.Generator) -> dict[str, Any]:
    return {"percent": int(rng.integers(62, 95))}


def _training_pays(rng: np.random.Generator) -> dict[str, Any]:
    queries, saved, after = _one_of(rng, 100, 200, 400, 500), _one_of(rng, 40, 90, 180), _one_of(rng, 10, 20)
    before, price = saved + after, queries * saved
    return {
        "price": price,
        "before": before,
        "after": after,
        "queries": queries,
        "sampling": price / before,
        "trained": price / after,
    }


def _nobody_picks(rng: np.random.Generator) -> dict[str, Any]:
    long, short, k = _one_of(rng, 0.45, 0.5, 0.6), _one_of(rng, 0.1, 0.15, 0.2), _one_of(rng, 4, 6, 8)
    return {"long": long, "short": short, "k": k, "covered": float(laws.coverage(short, k))}


def _blind(rng: np.random.Generator) -> dict[str, Any]:
    p, k = float(rng.choice([0.1, 0.2, 0.25, 0.3, 0.4, 0.5])), int(rng.choice([2, 3, 4]))
    return {"p": p, "k": k, "covered": float(laws.coverage(p, k)), "all": p**k}


def _unpicked(rng: np.random.Generator) -> dict[str, Any]:
    return {"there": int(rng.integers(86, 97)), "picked": int(rng.integers(30, 46))}


def _two_kinds(rng: np.random.Generator) -> dict[str, Any]:
    p, k = float(rng.choice([0.2, 0.4, 0.5, 0.6, 0.8])), int(rng.choice([2, 3, 4]))
    one = float(laws.coverage(p, k))
    return {"p": p, "k": k, "right": one / 2, "averaged": float(laws.coverage(p / 2, k)), "solvable": one}


def _ceiling(rng: np.random.Generator) -> dict[str, Any]:
    return {"share": int(rng.integers(62, 89)), "k": int(rng.choice([20, 50, 100]))}


def _longer(rng: np.random.Generator) -> dict[str, Any]:
    score, few, many = _one_of(rng, 0.8, 0.9, 0.95), _one_of(rng, 3, 4, 6), _one_of(rng, 8, 10, 12)
    return {"s": score, "few": few, "many": many, "factor": score ** (many - few), "whole": score**many}


def _passed(rng: np.random.Generator) -> dict[str, Any]:
    of_right, of_wrong = _one_of(rng, (0.9, 0.3), (0.8, 0.4), (0.9, 0.1), (0.8, 0.1), (0.7, 0.1))
    wrong, ratio = _one_of(rng, 2, 5, 7), of_right / of_wrong
    return {"T": of_right, "F": of_wrong, "wrong": wrong, "ratio": ratio, "after": ratio / wrong}


def _bill(rng: np.random.Generator) -> dict[str, Any]:
    make, look = _one_of(rng, 2, 4, 5), _one_of(rng, 1, 3, 6)
    return {
        "make": make,
        "look": look,
        "share": look / (make + look),
        "beside": look / make,
        "making": make / (make + look),
    }


RECALL = (
    Recall(
        lesson="ten_minutes",
        name="rule",
        asks="A model answered one question 16 times. Picked by a vote, the answer is right 1 time in 100, and picked "
        "by a perfect checker 94 times in 100. What differs between the two?",
        right=Choice(
            "Only the rule that picks one of the answers",
            "Both rules start from the same answers of the same model. A right one is there nearly always, and the "
            "vote takes the most frequent one.",
        ),
        wrong=(
            Choice(
                "The checker has answers of a better model",
                "Both rules see the same 16 answers. The checker writes nothing: it recognises a right one.",
            ),
            Choice(
                "The checker makes the model think again",
                "Nothing is fed back to the model. Every answer starts from the same question.",
            ),
        ),
    ),
    Recall(
        lesson="ten_minutes",
        name="fall",
        asks="Programs were picked by tests that their own model had written. Best-of-100 was right less often than "
        "best-of-5, though a right program was there more often. Why?",
        right=Choice(
            "More programs bring more wrong ones that pass wrong tests",
            "Some tests are wrong, and a wrong program can pass exactly those. It takes only one such program to be "
            "picked.",
        ),
        wrong=(
            Choice(
                "The programs that are drawn later are worse",
                "All programs are drawn in the same way, so the hundredth is as good as the first.",
            ),
            Choice(
                "The share of right programs falls as more are drawn",
                "That share stays the same on average. What changes is the program with the highest score.",
            ),
        ),
    ),
    Recall(
        lesson="ten_minutes",
        name="benchmark",
        asks="One program is right 22 times in 100, on average over the problems of a benchmark. With this p, 16 "
        "programs each should solve 98 problems in 100; they solve 57. Why?",
        right=Choice(
            "Problems differ: some are nearly always solved, some never",
            "The formula holds for each problem with its own p. More programs add nothing to an easy problem and "
            "little to a hopeless one.",
        ),
        wrong=(
            Choice(
                "The formula does not hold for programs",
                "It holds for each problem, as long as its programs are independent. What fails is one p for all "
                "problems.",
            ),
            Choice(
                "Too few programs were drawn to see the rest solved",
                "The promise was for 16 programs, and 16 were used. More programs solve some more problems, but far "
                "more slowly than promised.",
            ),
        ),
    ),
    Recall(
        lesson="how_a_model_samples",
        name="greedy",
        asks="A greedy model, at temperature 0, answers the same prompt 16 times, and you take a vote. What does the "
        "vote give you?",
        right=Choice(
            "Its one answer again: all 16 are the same",
            "Greedy decoding always takes the token with the largest logit. Nothing is drawn, so nothing can differ.",
        ),
        wrong=(
            Choice(
                "A more reliable answer, because all 16 agree",
                "All 16 agree because nothing was drawn. Agreement is evidence only where the answers could have "
                "differed.",
            ),
            Choice(
                "As much as a vote of 16 draws at temperature 1",
                "Draws at temperature 1 differ, so that a right answer can appear which the favourite hides. A greedy "
                "model shows the favourite alone.",
            ),
        ),
    ),
    Recall(
        lesson="how_a_model_samples",
        name="log-probability",
        asks="A model gives one answer the log-probability {a:g} and another {b:g}. How many times as likely does it "
        "find the first?",
        right=Choice(
            "{times:.1f} times",
            "The difference of two logarithms is the logarithm of a ratio: e to the power {gap:g}.",
        ),
        wrong=(
            Choice(
                "{ratio:.2f} times",
                "This is the ratio of the two logarithms. A ratio of probabilities is a difference of logarithms.",
            ),
            Choice(
                "{gap:g} times",
                "This is the difference, which is still a logarithm. The ratio is e to its power.",
            ),
        ),
        draw=_two_answers,
    ),
    Recall(
        lesson="how_a_model_samples",
        name="top-p",
        asks="Top-p at 0.8 keeps 2 tokens after one prompt and 57 after another. What does this say about the second "
        "prompt?",
        right=Choice(
            "Its distribution is flatter: more tokens are needed to reach 0.8",
            "Top-p adds up the likeliest tokens until they reach p together. Where many endings are plausible, that "
            "takes many tokens.",
        ),
        wrong=(
            Choice(
                "57 of its tokens are likely enough to pass the limit alone",
                "No limit is set for a single token. The likeliest tokens are added up until they reach 0.8 together.",
            ),
            Choice(
                "The model gets it wrong: it spreads its chances over many tokens",
                "A flat distribution says that many tokens may come next. It does not say whether they are wrong: a "
                "line of a poem can end in many ways.",
            ),
        ),
    ),
    Recall(
        lesson="a_real_language_model",
        name="share",
        asks="A model answered one question 64 times: {c} answers are right, and {leader} give the same wrong number. "
        "How large is p, about?",
        right=Choice(
            "{share:.2f}",
            "p is the chance that one answer is right, and {c} of 64 estimates it. How the wrong answers are spread "
            "does not matter.",
        ),
        wrong=(
            Choice(
                "0, because the model has it wrong",
                "The leading answer is wrong, and yet {c} tries of 64 were right. A model is right in a share of its "
                "tries.",
            ),
            Choice(
                "{of_two:.2f}",
                "This is the share of right ones among the right and the leading wrong answers. p counts all 64.",
            ),
        ),
        draw=_counted,
    ),
    Recall(
        lesson="a_real_language_model",
        name="second-place",
        asks="On one question the right answer comes often, but one wrong answer comes more often. You let more and "
        "more answers vote. How often is the vote right?",
        right=Choice(
            "Less and less often",
            "A vote makes the leader win, and more votes make it surer. Here the leader is wrong.",
        ),
        wrong=(
            Choice(
                "More and more often",
                "A right answer is more and more often among the answers. To win, it would have to come more often "
                "than the leader.",
            ),
            Choice(
                "About as often as one answer",
                "A random pick would be. A vote is no random pick: it moves towards the most frequent answer.",
            ),
        ),
    ),
    Recall(
        lesson="a_real_language_model",
        name="gap",
        asks="Of 24 questions, {there} have a right answer among 64, and the vote is right on {won}. What happened on "
        "the {lost} questions between?",
        right=Choice(
            "A right answer came, and some wrong answer came more often",
            "A right answer is there as soon as it came once. To win the vote it must come more often than any other.",
        ),
        wrong=(
            Choice(
                "No right answer came on them at all",
                "Those are the other {never} questions. On these {lost} a right answer came, and nobody picked it.",
            ),
            Choice(
                "Too few answers voted for the right one to win",
                "More votes make the leader’s win surer. A right answer that trails wins less often with more votes.",
            ),
        ),
        draw=_there_and_won,
    ),
    Recall(
        lesson="primer",
        name="tries",
        asks="One try fails with chance {q:g}, and tries are independent. How do you find the number of tries after "
        "which all fail with chance {rest:g} or less?",
        right=Choice(
            "ln {rest:g} divided by ln {q:g}, rounded up",
            "The chance that all fail is a power, {q:g} to the number of tries. A logarithm turns the power into a "
            "product.",
        ),
        wrong=(
            Choice(
                "1 − {rest:g} divided by 1 − {q:g}, rounded up",
                "This is the number of tries in which 1 − {rest:g} right ones are expected. Some runs have two of them "
                "and others none.",
            ),
            Choice(
                "{q:g} divided by {rest:g}, rounded up",
                "This divides the failure by equal pieces. Each try takes a share of what is left, so the failures "
                "shrink by a factor.",
            ),
        ),
        draw=_all_fail,
    ),
    Recall(
        lesson="primer",
        name="jensen",
        asks="A benchmark has easy and hard problems. You put the mean chance of one sample into 1 − (1 − p)^k, for k "
        "above 1. How does this compare with the mean coverage of the problems?",
        right=Choice(
            "It is too high, because the curve bends downwards",
            "For a concave curve the mean of its values lies below its value at the mean. The two agree only if all "
            "problems are alike.",
        ),
        wrong=(
            Choice(
                "It is the same, because both are means",
                "The mean may be taken before or after a straight line. This curve bends, so the order counts.",
            ),
            Choice(
                "It is too low, because easy problems gain most",
                "Easy problems are solved already and gain little from more tries. Averaging first makes them "
                "problems of middling difficulty, which gain much.",
            ),
        ),
    ),
    Recall(
        lesson="primer",
        name="wrong-again",
        asks="You know how the chances of problems are spread, and you take one problem at random. Its first answer is "
        "wrong. How likely is it that the second answer is wrong, too?",
        right=Choice(
            "Likelier than before: the problem is probably a hard one",
            "The first answer told something about this problem. With a Beta distribution, it adds 1 to b.",
        ),
        wrong=(
            Choice(
                "As likely as before: the two answers are independent",
                "They are, once the problem’s chance is known. It is not, and the first answer told about it.",
            ),
            Choice(
                "Less likely than before: after a failure a success is due",
                "Nothing makes up for a failure. It only makes a small chance p more believable.",
            ),
        ),
    ),
    Recall(
        lesson="primer_measuring",
        name="auc",
        asks="A verifier has an AUC of 0.{percent}. What does that say?",
        right=Choice(
            "In {percent} of 100 pairs the right answer scores above the wrong one",
            "The area under the ROC curve counts pairs of one right and one wrong answer, and a tie counts half.",
        ),
        wrong=(
            Choice(
                "{percent} of 100 answers are judged rightly at the best threshold",
                "That is an accuracy, and depends on a threshold and on how many answers are right. The AUC names no "
                "threshold.",
            ),
            Choice(
                "{percent} of 100 right answers are accepted by the verifier",
                "That is one point of the curve, at one threshold. The AUC is the area under all of the curve.",
            ),
        ),
        draw=_some_auc,
    ),
    Recall(
        lesson="primer_measuring",
        name="halve",
        asks="The interval of a benchmark’s mean is twice as wide as you want. What makes it half as wide?",
        right=Choice(
            "Four times as many problems",
            "The interval is over problems, and shrinks with the square root of their number.",
        ),
        wrong=(
            Choice(
                "Twice as many problems",
                "That narrows it by the square root of 2 only, to about 0.7 of its width.",
            ),
            Choice(
                "Four times as many samples per problem",
                "More samples make each problem’s share sharper. How much the problems differ stays as it is.",
            ),
        ),
    ),
    Recall(
        lesson="primer_measuring",
        name="holds-zero",
        asks="Two methods were tried on the same problems, and the interval of their paired difference holds 0. What "
        "may you say?",
        right=Choice(
            "These data do not tell which of the two is better",
            "The interval also holds differences other than 0. More problems could still show one.",
        ),
        wrong=(
            Choice(
                "The two methods are equally good",
                "Not shown is not the same as not there: other differences lie in the interval as well.",
            ),
            Choice(
                "The one with the higher mean is better, but not by much",
                "The higher mean may be the luck of these problems. With others, the order could turn round.",
            ),
        ),
    ),
    Recall(
        lesson="why_it_matters",
        name="pays",
        asks="Training costs as much as {price:,} samples. It lowers what a query needs from {before} samples to "
        "{after}. From about how many queries on does it pay?",
        right=Choice(
            "{queries:,}",
            "Each query saves the difference, and training pays when the savings exceed its price.",
        ),
        wrong=(
            Choice(
                "{sampling:,.0f}",
                "This divides by what a query costs without training. With training a query still costs {after} "
                "samples, so it saves less.",
            ),
            Choice(
                "{trained:,.0f}",
                "This divides by what a query costs after training. What counts is how much each query saves.",
            ),
        ),
        draw=_training_pays,
    ),
    Recall(
        lesson="why_it_matters",
        name="early-stop",
        asks="Training pays from some number of queries on. Now a checker stops the sampling at the first right "
        "answer, before and after training. What happens to that number?",
        right=Choice(
            "It rises: training saves less on each query",
            "Sampling became cheaper, most of all for the weak model. The trained model must be used more often before "
            "it has paid for itself.",
        ),
        wrong=(
            Choice(
                "It falls: each query now needs fewer samples",
                "Fewer samples make the untrained model cheaper, too. That is an argument against training, and not "
                "for it.",
            ),
            Choice(
                "It stays: the price of training is the same",
                "The price is the same, and what each query saves is not. The number is their quotient.",
            ),
        ),
    ),
    Recall(
        lesson="why_it_matters",
        name="hopeless",
        asks="Two problems share a budget of samples, so that as many as possible are solved on average. One stays as "
        "it is, the other gets harder and harder. How many samples should the harder problem get?",
        right=Choice(
            "First more, then fewer, in the end none",
            "At first the easy problem soon has enough. In the end the first sample on the hopeless problem adds less "
            "than the last one on the easy problem.",
        ),
        wrong=(
            Choice(
                "More and more: it needs them more",
                "It needs them, and below some p they do not help. Its first sample adds only p.",
            ),
            Choice(
                "Fewer and fewer: samples go where p is large",
                "At first the opposite holds: an easy problem is solved by few samples, and the rest add more on the "
                "harder one.",
            ),
        ),
    ),
    Recall(
        lesson="mental_model",
        name="best-length",
        asks="A perfect checker picks from chains, and all chains share one budget of tokens. Which of these gives the "
        "chains a best length that is not the shortest?",
        right=Choice(
            "A cost for starting each chain",
            "Very short chains then spend the budget on starts. The dearer a start, the longer the best chain.",
        ),
        wrong=(
            Choice(
                "A larger budget of tokens",
                "The budget drops out: in this model the same length is best for every budget that pays for such a "
                "chain.",
            ),
            Choice(
                "A ceiling that no chain can pass",
                "With free starts the shortest chains win under every ceiling. The ceiling limits the long chain.",
            ),
        ),
    ),
    Recall(
        lesson="mental_model",
        name="nobody-picks",
        asks="Nobody can check. One long chain would be right with chance {long:g}. Instead you draw {k} short ones, "
        "each right with chance {short:g}, and hand in one of them at random. How often is it right?",
        right=Choice(
            "{short:.2f}",
            "A random pick among many short chains is one short chain. Without a picker breadth buys nothing.",
        ),
        wrong=(
            Choice(
                "{covered:.2f}",
                "So often a right chain is among the {k}. Somebody would have to recognise it.",
            ),
            Choice(
                "{long:.2f}",
                "The tokens are the same, and the chances are not. A short chain has less chance of its own.",
            ),
        ),
        draw=_nobody_picks,
    ),
    Recall(
        lesson="mental_model",
        name="depth",
        asks="Take the model in which a chain’s success rises with its length towards a ceiling below 1. You make one "
        "chain longer and longer. What happens to the chance that it fails?",
        right=Choice(
            "It falls, but never below one minus the ceiling",
            "A fixed number of tokens halves the distance to the ceiling. The failures above the ceiling stay.",
        ),
        wrong=(
            Choice(
                "It halves again and again, towards zero",
                "That is breadth with a perfect checker: each further chain multiplies the failures by the same "
                "number.",
            ),
            Choice(
                "It falls, and then rises as errors pile up",
                "In the model a longer chain is never worse. Whether a real chain is has to be measured.",
            ),
        ),
    ),
    Recall(
        lesson="best_of_n",
        name="blind",
        asks="One candidate is right with chance {p:g}. A verifier gives each of {k} candidates a random score, and "
        "you hand in the one with the highest score. How often is it right?",
        right=Choice("{p:.3f}", "A pick that does not look at the candidates is one candidate at random."),
        wrong=(
            Choice(
                "{covered:.3f}",
                "So often a right one is among the {k}. Random scores do not find it; only a perfect verifier always "
                "would.",
            ),
            Choice(
                "{all:.3f}",
                "So often all {k} are right. That is the least that any verifier can reach, and it takes one that "
                "always prefers wrong answers.",
            ),
        ),
        draw=_blind,
    ),
    Recall(
        lesson="best_of_n",
        name="harm",
        asks="Programs were handed in by their length. Both the longest and the shortest were right less often than a "
        "random one. When does a score do harm like this?",
        right=Choice(
            "When it prefers something that wrong answers have more often",
            "Each further candidate then adds to what the score prefers, and so to the wrong answers.",
        ),
        wrong=(
            Choice(
                "When it has nothing to do with whether an answer is right",
                "Such a score picks blindly. It gives the chance of one candidate, so it neither helps nor harms.",
            ),
            Choice(
                "When its values lie far from the chance that an answer is right",
                "Values do not count in best-of-N, only their order does. Any increasing function of a good score "
                "picks the same candidates.",
            ),
        ),
    ),
    Recall(
        lesson="best_of_n",
        name="limit",
        asks="For {there} % of your problems at least one of 20 candidates is right. The candidate that your verifier "
        "picks is right for {picked} %. What should you improve first?",
        right=Choice(
            "The verifier, so that it finds the right candidates",
            "They are there for {there} % of the problems, and the verifier leaves most of the gap.",
        ),
        wrong=(
            Choice(
                "The number of candidates, so that a right one is there",
                "A right one is there already for {there} %. More candidates also bring more wrong ones that the "
                "verifier may prefer.",
            ),
            Choice(
                "The temperature, so that the candidates differ more",
                "That helps where candidates repeat each other and a right one is missing. Here a right one is there "
                "for {there} % of the problems.",
            ),
        ),
        draw=_unpicked,
    ),
    Recall(
        lesson="pass_at_k",
        name="two-kinds",
        asks="A benchmark has two kinds of problems. On one half, a sample is right with chance {p:g}; on the other "
        "half, never. What is the benchmark's pass@{k}?",
        right=Choice(
            "{right:.4f}",
            "First the formula for each problem, then the mean: half of 1 − (1 − {p:g})^{k}, because the other half "
            "adds nothing.",
        ),
        wrong=(
            Choice(
                "{averaged:.4f}",
                "This averages the chances first, as if every problem had half of {p:g}. It promises too much: more "
                "tries gain nothing on the problems that are never solved.",
            ),
            Choice(
                "{solvable:.4f}",
                "This is pass@{k} of the problems that can be solved. The other half of the benchmark counts as well.",
            ),
        ),
        draw=_two_kinds,
    ),
    Recall(
        lesson="pass_at_k",
        name="plug-in",
        asks="On each problem you put the share of right samples, c/n, into 1 − (1 − p)^k, and average over many "
        "problems. How does the result compare with the true coverage?",
        right=Choice(
            "It is too low, and more problems do not mend it",
            "The formula with c/n may draw one sample twice, and one sample drawn twice is not two tries. This happens "
            "on every problem.",
        ),
        wrong=(
            Choice(
                "It is right on average, because the errors cancel",
                "c/n itself is right on average. But (1 − p)^k bends, so the errors of the result have one sign on "
                "every problem.",
            ),
            Choice(
                "It is too high, because some shares are too large",
                "The shares are right on average. But their noise raises the mean of (1 − p)^k, and this lowers the "
                "result.",
            ),
        ),
    ),
    Recall(
        lesson="pass_at_k",
        name="ceiling",
        asks="A report says: pass@{k} is {share} %. What does this tell you about a system that draws {k} answers per "
        "problem and hands in one of them?",
        right=Choice(
            "At most {share} % of its answers will be right",
            "Coverage is a ceiling: only a perfect picker reaches it.",
        ),
        wrong=(
            Choice(
                "About {share} % of its answers will be right",
                "For {share} % of the problems a right answer is among the {k}. Somebody still has to pick it.",
            ),
            Choice(
                "Each of its {k} answers is right with chance {share} %",
                "That would be pass@1. With {k} tries per problem, a much smaller chance suffices for {share} %.",
            ),
        ),
        draw=_ceiling,
    ),
    Recall(
        lesson="reward_models",
        name="product",
        asks="A PRM scores each step of a solution. When is the product of these scores the chance that the solution "
        "is right?",
        right=Choice(
            "If a score is the chance of its step, once all before are right",
            "Then the product is the chance of several events in a row, which is the whole solution.",
        ),
        wrong=(
            Choice(
                "If a score is the chance that all steps so far are right",
                "Then the last score alone is that chance. The product counts the early steps again and again.",
            ),
            Choice(
                "If all scores are numbers between 0 and 1",
                "Numbers in this range need not be chances, and the product of scores that are none means nothing "
                "beyond an order.",
            ),
        ),
    ),
    Recall(
        lesson="reward_models",
        name="longer",
        asks="Two solutions are right, and every step of both is scored {s:g}. The first has {few} steps, the second "
        "{many}. By what factor is the product of the second one lower?",
        right=Choice(
            "{factor:.3f}",
            "The product charges for each of the extra steps, though the longer solution is as right as the shorter.",
        ),
        wrong=(
            Choice(
                "1: all steps are as good",
                "That holds for the minimum and for the last score. The product is multiplied by {s:g} with every "
                "step.",
            ),
            Choice(
                "{whole:.3f}",
                "This is the product of all {many} scores. The first {few} steps stand in both products.",
            ),
        ),
        draw=_longer,
    ),
    Recall(
        lesson="reward_models",
        name="unseen",
        asks="One step in the middle of a long solution is wrong, and it alone has a low score. Which rule puts this "
        "solution first among right ones whose last step scores a little lower?",
        right=Choice(
            "The last score",
            "It looks at the last step only, so it does not see a weak step in the middle.",
        ),
        wrong=(
            Choice(
                "The minimum",
                "The minimum is the low score itself, so this solution comes last.",
            ),
            Choice(
                "The product",
                "One low factor lowers the whole product. Only a great length of the right solutions could outweigh "
                "it.",
            ),
        ),
    ),
    Recall(
        lesson="step_checks",
        name="odds",
        asks="Before a check, {wrong} answers are wrong for each right one. The check passes {T:.0%} of the right "
        "answers and {F:.0%} of the wrong ones. What are the odds that an answer which passed is right?",
        right=Choice(
            "{after:.2f}",
            "The check multiplies the odds by {T:g}/{F:g}, and before it they were 1 to {wrong}.",
        ),
        wrong=(
            Choice(
                "{ratio:.2f}",
                "These are the odds if right and wrong answers were equally many before. Here the wrong ones are more.",
            ),
            Choice(
                "{T:.2f}",
                "So many of the right answers pass. Asked was how many of those that passed are right.",
            ),
        ),
        draw=_passed,
    ),
    Recall(
        lesson="step_checks",
        name="fewer-steps",
        asks="The same check can look at every step, or once at the end; what fails is drawn again. Why can checking "
        "every step write fewer steps in all?",
        right=Choice(
            "Because a wrong step is dropped before others are built on it",
            "A check at the end throws away whole solutions, with all the steps behind the first wrong one.",
        ),
        wrong=(
            Choice(
                "Because solutions that are checked at every step are shorter",
                "A finished solution has the same number of steps in both ways. What differs is what is thrown away.",
            ),
            Choice(
                "Because the checks take the place of some steps",
                "Checks are counted beside the steps, and there are more of them: one for each step that is drawn.",
            ),
        ),
    ),
    Recall(
        lesson="step_checks",
        name="harder-test",
        asks="When is one check of the finished solution the better choice?",
        right=Choice(
            "When the finished solution can be tested much harder than a step",
            "A much stronger check at the end can win. How much stronger it must be grows with the number of steps.",
        ),
        wrong=(
            Choice(
                "When the solution has very many steps",
                "Then the check at the end must be stronger still to keep up with checks at every step.",
            ),
            Choice(
                "When the check of a step makes mistakes",
                "Every check here makes mistakes. With the same mistakes, checking every step is never worse.",
            ),
        ),
    ),
    Recall(
        lesson="verifier_tax",
        name="share",
        asks="Making a candidate costs {make}, and looking at it costs {look}. Nothing is shared between candidates. "
        "Which share of the bill goes to looking?",
        right=Choice(
            "{share:.2f}",
            "Each candidate costs {make} + {look}, and {look} of that is the look. The number of candidates drops out.",
        ),
        wrong=(
            Choice(
                "{beside:.2f}",
                "This is looking divided by making. A share of the bill divides by the whole bill.",
            ),
            Choice(
                "{making:.2f}",
                "This is the share that goes to making candidates. Looking takes the rest.",
            ),
        ),
        draw=_bill,
    ),
    Recall(
        lesson="verifier_tax",
        name="limit",
        asks="A better verifier pays up to some price per look, and this price rises with the budget. Why?",
        right=Choice(
            "Further candidates help the cheap verifier less and less",
            "So the better look replaces more and more of them, and what these would have cost is free for it.",
        ),
        wrong=(
            Choice(
                "A larger budget makes every single look cheaper",
                "The price of a look does not depend on the budget. What depends on it is how many cheap candidates "
                "the better look replaces.",
            ),
            Choice(
                "The better verifier’s AUC rises with the candidates",
                "The AUC belongs to the scores, and does not change with the number of candidates.",
            ),
        ),
    ),
    Recall(
        lesson="verifier_tax",
        name="top-wrong",
        asks="A verifier has a high AUC, but its very highest scores mostly belong to wrong answers. You spend a "
        "larger budget on candidates. What happens to the pick?",
        right=Choice(
            "It gets worse: more candidates reach those scores",
            "Best-of-N takes the highest score. With enough candidates that score belongs to a wrong answer.",
        ),
        wrong=(
            Choice(
                "It gets better: the AUC is high",
                "The AUC counts pairs of all scores. A pick among many candidates depends on the highest scores alone.",
            ),
            Choice(
                "It stays: the AUC does not change",
                "The AUC does stay. But more candidates move the pick towards the top of the scores, where the order "
                "is bad.",
            ),
        ),
    ),
)
