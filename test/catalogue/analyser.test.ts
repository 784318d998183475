import { expect } from 'chai';

import { analyseQuery, analyseText, foldAccents, stemWord } from '../../src/catalogue/analyser/index.ts';

// Examples of the paper, one or more a step.
const stems =
  'caresses=caress ponies=poni ties=ti caress=caress cats=cat feed=feed agreed=agre plastered=plaster bled=bled motoring=motor sing=sing conflated=conflat troubled=troubl sized=size hopping=hop tanned=tan falling=fall hissing=hiss fizzed=fizz failing=fail filing=file happy=happi sky=sky relational=relat conditional=condit rational=ration valenci=valenc digitizer=digit conformabli=conform radicalli=radic differentli=differ analogousli=analog vietnamization=vietnam operator=oper feudalism=feudal decisiveness=decis hopefulness=hope callousness=callous formaliti=formal sensitiviti=sensit sensibiliti=sensibl triplicate=triplic formative=form formalize=formal electriciti=electr electrical=electr goodness=good revival=reviv allowance=allow inference=infer airliner=airlin adjustable=adjust replacement=replac adjustment=adjust dependent=depend adoption=adopt communism=commun activate=activ effective=effect probate=probat rate=rate cease=ceas controll=control roll=roll is=is k8s=k8s élan=élan';

describe('analyser', () => {
  for (const pair of stems.split(' ')) {
    const [word = '', stem] = pair.split('=');
    it(`stems ${word} to ${stem}`, () => {
      expect(stemWord(word)).to.equal(stem);
    });
  }

  for (const [text, terms] of [
    ['dataAnalysis', 'data analysi dataanalysi'],
    ['data-analysis', 'data analysi dataanalysi'],
    ['HTTPServer', 'http server httpserver'],
    ['gpt4', 'gpt 4 gpt4'],
    ['k8s s3 h264', 'k8s s3 h264'],
    ['C++, C# and .NET', 'cpp csharp dotnet'],
    ['node.js', 'node js nodej'],
    ["GitHub's", 'git hub github'],
    ['naïve Straße Ærø', 'naiv strass aero'],
    ['ﬁle ＡＢＣ', 'file abc'],
    ['日本語 한국어', '日本 本語 한국 국어'],
    ['the of and', ''],
    ['', ''],
  ] as const) {
    it(`splits "${text}"`, () => {
      expect([...analyseText(text).counts.keys()].join(' ')).to.equal(terms);
    });
  }

  it('counts words, not what they are joined to', () => {
    expect(analyseText('data-analysis of data').length).to.equal(3);
    expect(analyseText('data-analysis of data').counts.get('data')).to.equal(2);
  });

  it('keeps marks that tell words apart', () => {
    expect(foldAccents('がき')).to.equal('がき');
    expect(foldAccents('हिन्दी')).to.equal('हिन्दी');
  });

  it('knows what else a word may be called', () => {
    const [group] = analyseQuery('ml');
    expect(group?.alternatives.map(({ terms }) => terms.join(' '))).to.deep.equal(['ml', 'machin learn']);
  });

  it('drops stop words where there are others, and looks at 12 words', () => {
    expect(analyseQuery('the pdf').map(({ typed }) => typed)).to.deep.equal(['pdf']);
    expect(analyseQuery('the').map(({ typed }) => typed)).to.deep.equal(['the']);
    expect(analyseQuery(Array.from({ length: 40 }, (_, index) => `w${index}x`).join(' '))).to.have.lengthOf(12);
  });
});
